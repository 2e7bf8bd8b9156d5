// Leaflet stands on the page before our script does; its own types are not vendored.
declare const L: any;
