// Where the files of a run are, and the command that opens them.

import { nameText } from "../log/log-text"

/** The files that a user opens first, in the order in which they are named. */
const FIRST = ["longitudinal.png", "pullback.dcm", "measurements.csv", "timing.html"]

/** @param files their names */
export function filesText(path: string, files: readonly string[]): string {
    const folder = nameText(path)
    const first = FIRST.filter(name => files.includes(name)).join(", ")
    return [
        `${files.length} files in ${folder}${first ? `: ${first}, …` : ""}`,
        `Open them in the browser: npm run ivus -- review ${folder}`,
    ].join("\n")
}
