// A stand-in for esptool on PATH: it records its arguments, keeps the image, and fails on request.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { file, folder } from "./scratch"

const CALLS = join(folder, "esptool-calls.jsonl")
export const SAVED_IMAGE = join(folder, "written.bin")
const EMPTY = join(folder, "no-programs")
const realPath = process.env.PATH!

export interface StandInCall {
    readonly args: string[]
    /** Permissions of the image's project folder, as octal digits. */
    readonly folderMode: string
}

export interface StandInBehaviour {
    /** The printed version: esptool 4 prints "esptool.py v4.7.0", 5 prints "esptool v5.0.2". */
    version?: string
    /** Printed instead of progress before exiting with status 2. */
    failure?: string
    /** Writes the first part, then hangs. */
    hangs?: boolean
    /** Its name on PATH; "python3" for esptool as a Python module. */
    name?: string
    /** Leaves only the stand-in on PATH, without the machine's own programs. */
    alone?: boolean
}

const script = (behaviour: StandInBehaviour): string => `#!${process.execPath}
const fs = require("node:fs")
const args = process.argv.slice(2)
const options = ${JSON.stringify({ version: "esptool v5.0.2", ...behaviour })}
if (options.name === "python3" && args.splice(0, 2).join(" ") !== "-m esptool") process.exit(1)
if (args[0] === "version") {
    console.log(options.version)
    process.exit(0)
}
const image = args.at(-1)
const project = image.replace(/[/\\\\]\\.devicescript[/\\\\]bin[/\\\\].*/, "")
const folderMode = (fs.statSync(project).mode & 0o777).toString(8)
fs.appendFileSync(${JSON.stringify(CALLS)}, JSON.stringify({ args, folderMode }) + "\\n")
fs.copyFileSync(image, ${JSON.stringify(SAVED_IMAGE)})
console.log("Connecting....")
if (options.failure) {
    console.error(options.failure)
    process.exit(2)
}
console.log("Writing at 0x00000000... (25 %)")
if (options.hangs) setInterval(() => undefined, 1000)
else console.log("Writing at 0x001d0000... (100 %)\\nHash of data verified.")
`

/** Puts a stand-in on PATH and removes an earlier one. */
export function standInEsptool(behaviour: StandInBehaviour = {}): void {
    const bin = join(folder, "esptool-bin")
    rmSync(bin, { recursive: true, force: true })
    mkdirSync(bin)
    const name = behaviour.name ?? "esptool"
    chmodSync(file(join("esptool-bin", name), script(behaviour)), 0o755)
    process.env.PATH = behaviour.alone ? bin : `${bin}:${realPath}`
    rmSync(CALLS, { force: true })
    rmSync(SAVED_IMAGE, { force: true })
}

/** Leaves no program on PATH. */
export function noEsptool(): void {
    mkdirSync(EMPTY, { recursive: true })
    process.env.PATH = EMPTY
    rmSync(CALLS, { force: true })
}

/** Recorded calls, without the version query. */
export function standInCalls(): StandInCall[] {
    if (!existsSync(CALLS)) return []
    const lines = readFileSync(CALLS, "utf8").trim().split("\n")
    return lines.map(line => JSON.parse(line) as StandInCall)
}
