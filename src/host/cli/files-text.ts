// Where the files of a run are, and the commands that use them.

import { join } from "node:path"

/** The files that a user opens first, in the order in which they are named. */
const FIRST = ["longitudinal.png", "pullback.dcm", "measurements.csv", "timing.html"]

/** @param files their names */
export function filesText(folder: string, files: readonly string[]): string {
    const first = FIRST.filter(name => files.includes(name)).join(", ")
    return [
        `${files.length} files in ${folder}${first ? `: ${first}, …` : ""}`,
        `Make them again: npm run ivus -- replay ${join(folder, "capture.ivl")} --out ANOTHER_FOLDER`,
    ].join("\n")
}
