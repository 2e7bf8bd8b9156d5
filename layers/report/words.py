"""A report's numbers in one language: sentences, names and signs."""

from __future__ import annotations

from collections.abc import Iterator

from layers.i18n import Translator, translator
from layers.report.model import (
    OUTCOMES,
    UNION,
    UNMAPPED,
    WITHOUT,
    Days,
    Highest,
    Labels,
    Numbers,
    Report,
    ZoneCounts,
)
from layers.report.periods import whole_months

_SIGN = "\u2066{}\u2069"
SHARES_OVER = 20
_GROUPS = {"kind": "api.kind", "party": "report.party"}


class ReportWords:
    """What a report says in one language; all of it plain text."""

    def __init__(self, report: Report, lang: str) -> None:
        self.report = report
        self.words: Translator = translator(lang, report.built.record)
        self.t = self.words.gettext

    def days(self, days: Days) -> str:
        """Return a span of days in words; a month and a year by their names."""
        if (months := whole_months(days)) in (1, 12) and (months == 1 or days.first.month == 1):
            return self.words.format_edtf(str(days.first)[: 7 if months == 1 else 4])
        return self.words.date_range(days.first, days.last)

    def signed(self, number: int) -> str:
        """Return a difference with its sign, which stays before the number in any script."""
        sign = "+" if number > 0 else "\u2212" if number < 0 else "\u00b1"
        return _SIGN.format(sign + self.words.number(abs(number)))

    def zone(self, zone_id: str) -> str:
        """Return what a zone is called; all zones as one have a name of their own."""
        if zone_id == UNION:
            return self.t("report.union")
        return self.words.pick(self.report.built.record.zones[zone_id].names)

    def status(self, zone_id: str, status: str) -> str:
        """Return a status as it is said of a zone within a sentence."""
        kind = self.report.built.record.zones[zone_id].type
        return self.words.lowercase_initial(self.words.status(status, kind))

    def group(self, name: str) -> str:
        """Return what a group is called; a column of the file by its own name."""
        return self.t(_GROUPS[name]) if name in _GROUPS else name

    def label(self, group: str, label: str) -> str:
        """Return the heading of a label; a word of the file as it is."""
        if label in (UNMAPPED, WITHOUT):
            return self.t(f"report.label.{label}")
        return self.report.headings.get(group, {}).get(label, {}).get(self.words.lang) or label

    def labels(self, labels: Labels) -> str:
        """Return the labels of a row in the order of its groups."""
        if len(set(labels)) == 1 and labels[0] in (UNMAPPED, WITHOUT):
            return self.label(self.report.groups[0], labels[0])
        pairs = zip(self.report.groups, labels, strict=True)
        told = (self.label(group, label) for group, label in pairs if label)
        return self.words.join(map(self.words.isolate, told))

    # Sentences

    def lead(self) -> str:
        """Return what all chosen zones came to, as one sentence, after a warning if need be."""
        numbers, rows = self.report.scope.total, self.report.rows
        said = self.t(
            "report.lead",
            zones=self.words.conjunction(self.scope_names()),
            range=self.days(self.report.period),
            **{name: self.words.number(numbers.of(name)) for name in OUTCOMES},
        )
        if not self.report.exceeds_max_rejects:
            return said
        unread, read = self.words.number(rows.rejected), self.words.number(rows.read)
        return f"{self.t('report.do_not_sign', unread=unread, read=read)} {said}"

    def scope_names(self) -> list[str]:
        """Return the names of the zones counted, a number of them where they are many."""
        names = [self.zone(one.zone_id) for one in self.report.zones if one.zone_id != UNION]
        return names if len(names) <= 3 else [self.words.ngettext("report.zones", len(names))]

    def headlines(self) -> Iterator[str]:
        """Yield a sentence for each label of the leading group."""
        scope, leading = self.report.scope, self.report.groups[-1]
        for label, numbers in scope.subtotals.items():
            yield " ".join(self._sentences(self.label(leading, label), numbers, scope, label))

    def _sentences(
        self, name: str, numbers: Numbers, scope: ZoneCounts, label: str
    ) -> Iterator[str]:
        yield self.t("report.sentence", what=name, counts=self._counts(numbers))
        yield self.t(
            "report.sentence_before",
            range=self.days(self.report.previous),
            n=self.words.number(numbers.previous),
            change=self.signed(numbers.surely - numbers.previous),
        )
        if self.report.since is not None:
            since, n = self.words.date(self.report.since), self.words.number(numbers.since)
            yield self.t("report.sentence_since", date=since, n=n)
        if label in scope.highest:
            yield self._highest(scope.highest[label])

    def _counts(self, numbers: Numbers) -> str:
        surely = self.t("report.n_surely", n=self.words.number(numbers.surely))
        if numbers.places:
            surely = self.words.join(
                [surely, self.words.ngettext("report.in_places", numbers.places)]
            )
        rest = [
            self.t(f"report.n_{name}", n=self.words.number(numbers.of(name)))
            for name in OUTCOMES[1:]
            if numbers.of(name)
        ]
        return self.t("semicolon").join([surely, *rest])

    def _highest(self, highest: Highest) -> str:
        if highest.before is None:
            return self.t("report.highest_all", date=self.words.date(highest.since))
        n = self.words.number(highest.number)
        return self.t("report.highest", range=self.days(highest.before), n=n)
