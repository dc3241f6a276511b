// Writes the committed files generated from src/shared: vectors.json, receiver-vectors.json, layout-hash-value.ts and the tables of the protocol's README.
//
//     tsx src/tools/vectors/write-vectors.ts            update stale files; add vectors, change none
//     tsx src/tools/vectors/write-vectors.ts --check    write nothing; exit status 1 when something is stale
//     tsx src/tools/vectors/write-vectors.ts --renew    change vectors; only with a new layout or protocol

import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { Command } from "commander"
import * as prettier from "prettier"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { makeVectors } from "./cases"
import { makeReceiverVectors, type ReceiverVectors } from "./receiver-cases"
import { withGeneratedParts } from "./readme-tables"
import type { Vectors } from "./vectors"

const FOLDER = new URL("../../shared/protocol/", import.meta.url)
const VECTORS = new URL("vectors.json", FOLDER)
const README = new URL("README.md", FOLDER)
const RECEIVER_VECTORS = new URL("receiver-vectors.json", FOLDER)
const HASH = new URL("layout-hash-value.ts", FOLDER)

const options = new Command("wire-vectors")
    .option("--check", "write nothing; exit status 1 when something is stale")
    .option("--renew", "change vectors: only with a new layout or protocol")
    .parse()
    .opts<{ check?: boolean; renew?: boolean }>()

/** One vector per line, so that a diff shows single vectors. */
function vectorsText(vectors: Vectors | ReceiverVectors): string {
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

/** Groups with a frozen vector that the code no longer reproduces. */
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

/** Frozen as the others; those of a stream that exists stay as they are. */
function receiverVectors(): string {
    const made = makeReceiverVectors()
    const before = read(RECEIVER_VECTORS)
    if (before === "" || options.renew) return vectorsText(made)
    const kept = new Map((JSON.parse(before) as ReceiverVectors).streams.map(s => [s.name, s]))
    return vectorsText({ ...made, streams: made.streams.map(s => kept.get(s.name) ?? s) })
}

const current = makeVectors()
const frozen = read(VECTORS)
const broken =
    frozen === "" || options.renew ? [] : brokenGroups(JSON.parse(frozen) as Vectors, current)
if (broken.length > 0)
    process.stderr.write(
        `The code no longer reproduces the frozen vectors: ${broken.join(", ")}. Correct the code; use --renew only for a new layout or protocol.\n`
    )
const vectors = broken.length > 0 ? (JSON.parse(frozen) as Vectors) : current
const outputs: [URL, string][] = [
    [VECTORS, vectorsText(vectors)],
    [RECEIVER_VECTORS, receiverVectors()],
    [HASH, hashSource()],
    [README, await formatted(README, withGeneratedParts(read(README)))],
]

if (options.renew && frozen !== "" && broken.length === 0) {
    const before = (JSON.parse(frozen) as Vectors).link.layout_hash
    if (before !== current.link.layout_hash)
        process.stdout.write(
            "The layout has changed: raise PROGRAM_VERSION in src/shared/versions.ts, unless this version was never on a cart.\n"
        )
}

const stale = outputs.filter(([file, text]) => read(file) !== text)
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
