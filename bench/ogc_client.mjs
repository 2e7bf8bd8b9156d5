// What a JavaScript client counts: @camptocamp/ogc-client against a running `tamas serve`.
//
// Run: npm install @camptocamp/ogc-client && node bench/ogc_client.mjs http://127.0.0.1:8000/
import { OgcApiEndpoint } from "@camptocamp/ogc-client";

const endpoint = new OgcApiEndpoint(process.argv[2]);
const places = await endpoint.getCollectionItems("places", 1000, 0);
const claims = await endpoint.getCollectionItems("claims", 1000, 0);
const page = await endpoint.getCollectionItems("places", 7, 7);
console.log(
  JSON.stringify({
    title: (await endpoint.info).title,
    collections: (await endpoint.featureCollections).length,
    places: places.length,
    claims: claims.length,
    hedged: claims.filter((claim) => claim.properties.hedged === true).length,
    names: Object.entries(places[0].properties).filter(([key]) => key.startsWith("name_")),
    page: page.map((place) => place.id),
  }),
);
