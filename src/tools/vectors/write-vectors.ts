// Writes the committed files that follow from src/shared: vectors.json, layout-hash-value.ts and the tables of the protocol's README.
//
//     tsx src/tools/vectors/write-vectors.ts            write what is stale; vectors are added, none is changed
//     tsx src/tools/vectors/write-vectors.ts --check    write nothing; exit status 1 when something is stale
//     tsx src/tools/vectors/write-vectors.ts --renew    change vectors: only with a new layout or protocol

import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { Command } from "commander"
import * as prettier from "prettier"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { makeVectors } from "./cases"
import { withGeneratedParts } from "./readme-tables"
import type { Vectors } from "./vectors"

const FOLDER = new URL("../../shared/protocol/", import.meta.url)
const VECTORS = new URL("vectors.json", FOLDER)
const README = new URL("README.md", FOLDER)
const HASH = new URL("layout-hash-value.ts", FOLDER)

const options = new Command("wire-vectors")
    .option("--check", "write nothing; exit status 1 when something is stale")
    .option("--renew", "change vectors: only with a new layout or protocol")
    .parse()
    .opts<{ check?: boolean; renew?: boolean }>()

/** One row a line: a change of a vector is a change of its line. */
function vectorsText(vectors: Vectors): string {
    const groups = Object.entries(vectors).map(([name, value]) => {
        const rows = Array.isArray(value)
            ? value.map(row => `        ${JSON.stringify(row)}`)
            : undefined
        const text = rows
            ? `[\n${rows.join(",\n")}\n    ]`
            : JSON.stringify(value, undefined, 4).replaceAll("\n", "\n    ")
        return `    ${JSON.stringify(name)}: ${text}`
    })
    return `{\n${groups.join(",\n")}\n}\n`
}

async function formatted(file: URL, text: string): Promise<string> {
    const config = await prettier.resolveConfig(file)
    return prettier.format(text, { ...config, filepath: file.pathname })
}

const read = (file: URL): string => (existsSync(file) ? readFileSync(file, "utf8") : "")

/** Rows of a group, or its named values. */
const entriesOf = (group: unknown): string[] =>
    Array.isArray(group)
        ? group.map(row => JSON.stringify(row))
        : Object.entries(group as object).map(e => JSON.stringify(e))

/** Groups with a frozen vector that the code does not give any more. */
function brokenGroups(frozen: Vectors, made: Vectors): string[] {
    return Object.keys(frozen).filter(name => {
        const now = new Set(entriesOf(made[name as keyof Vectors] ?? []))
        const then = entriesOf(frozen[name as keyof Vectors])
        return name !== "about" && then.some(entry => !now.has(entry))
    })
}

function hashSource(): string {
    const value = `0x${layoutHash().toString(16).padStart(8, "0")}`
    return read(HASH).replace(/(LAYOUT_HASH = ).*/, `$1${value}`)
}

const made = makeVectors()
const frozen = read(VECTORS)
const broken =
    frozen === "" || options.renew ? [] : brokenGroups(JSON.parse(frozen) as Vectors, made)
if (broken.length > 0)
    process.stderr.write(
        `The code does not give the frozen vectors any more: ${broken.join(", ")}. Mend the code; only a new layout or protocol has other vectors (--renew).\n`
    )
const vectors = broken.length > 0 ? (JSON.parse(frozen) as Vectors) : made
const wanted: [URL, string][] = [
    [VECTORS, vectorsText(vectors)],
    [HASH, hashSource()],
    [README, await formatted(README, withGeneratedParts(read(README)))],
]

const stale = wanted.filter(([file, text]) => read(file) !== text)
for (const [file, text] of stale) {
    const name = file.pathname.split("/").at(-1)!
    if (options.check)
        process.stderr.write(
            `src/shared/protocol/${name} is stale: run tsx src/tools/vectors/write-vectors.ts.\n`
        )
    else {
        writeFileSync(file, text)
        process.stdout.write(`src/shared/protocol/${name} written\n`)
    }
}
if (broken.length > 0 || (options.check && stale.length > 0)) process.exitCode = 1
