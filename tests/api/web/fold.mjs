// Reads {"folder", "task", "events"} and writes what the page's reducer makes of them.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { folder, task, events } = JSON.parse(readFileSync(0, "utf-8"));
const { reduce } = await import(pathToFileURL(`${folder}/user/reduce.js`));
process.stdout.write(JSON.stringify(events.reduce(reduce, task)));
