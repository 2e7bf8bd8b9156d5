// Leaflet stands on the page before our script does; its own types are not vendored.
declare const L: any;
// The page's script, which the script of a file looks for.
declare const Tamas: any;
