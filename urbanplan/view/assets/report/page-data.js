// What the page holds: the run, and its words in one language.
import { readData } from "../page/elements.js";

/** @import { ReportData } from "./payload.d.ts" */

/** @type {ReportData} */
export const data = readData("report-data");

/** The page's words. */
export const words = data.words;

/** The layers that were read, by name. */
export const inputs = new Map(data.inputs.map((row) => [row.name, row]));

/**
 * The title of a layer.
 * @param {string} name
 */
export const layerTitle = (name) => inputs.get(name)?.title ?? name;
