// Generates the parts of src/shared/protocol/README.md between the markers.

import * as burst from "../../shared/protocol/burst"
import { fieldsOf, type Layout, formatOf, formatSize, nameOf } from "../../shared/protocol/bytes"
import * as machine from "../../shared/cart-machine"
import { transitions } from "../../shared/cart-machine"
import { layoutHash, LAYOUTS } from "../../shared/protocol/layout-hash"
import { payloadLength } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { exampleHello, exampleLines } from "./examples"
import { messageTable } from "../../shared/protocol/messages"
import { EVENT_VALUES, FIELD_NOTES, TYPE_NOTES } from "./field-notes"

/** Returns the generated parts by the name in their marker. */
export function generatedParts(): Readonly<Record<string, string>> {
    const hash = `0x${layoutHash().toString(16).padStart(8, "0")}`
    return {
        "layout-hash": `The layout hash of this version is \`${hash}\`.`,
        "layout-text": "```\n" + layoutText() + "\n```",
        header: layoutTable("burst"),
        "line-record": layoutTable("line"),
        types: typeTable(),
        payloads: LAYOUTS.filter(([name]) => name !== "burst" && name !== "line")
            .map(([name, layout]) => {
                const length =
                    name === "pairs"
                        ? `${payloadLength(layout)} + 2 · count`
                        : payloadLength(layout)
                return `#### ${name} (${length} bytes)\n\n${layoutTable(name)}`
            })
            .join("\n\n"),
        states: stateDiagram(),
        requests: requestTable(),
        codes: codeTables(),
        events: eventTable(),
        "example-hello": example(exampleHello(), "hello"),
        "example-lines": example(exampleLines(), "line"),
    }
}

const MARKER = /(<!-- generated: ([a-z-]+) -->\n)[^]*?(<!-- end -->)/g

/**
 * Returns the document with its generated parts up to date.
 * @throws Error when a marker has no part or a part no marker
 */
export function withGeneratedParts(document: string): string {
    const parts = generatedParts()
    const missing = new Set(Object.keys(parts))
    const result = document.replace(MARKER, (_, head, name: string, tail) => {
        const part = parts[name]
        if (part === undefined) throw new Error(`README.md: unknown generated part "${name}".`)
        missing.delete(name)
        return `${head}\n${part}\n\n${tail}`
    })
    if (missing.size > 0) throw new Error(`README.md has no marker for ${[...missing].join(", ")}.`)
    return result
}

function table(head: readonly string[], rows: readonly string[][]): string {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`
    const rule = head.map(() => "---")
    return [line(head), line(rule), ...rows.map(line)].join("\n")
}

/** Returns the constants of a module whose names match, in ascending order of their values. */
function numbersOf(module: object, prefix: RegExp): [string, number][] {
    return Object.entries(module)
        .filter(([name]) => prefix.test(name))
        .sort(([, a], [, b]) => a - b)
}

/** @throws Error when a field has no note or a note no field */
function layoutTable(name: string): string {
    const fields = fieldsOf(LAYOUTS.find(([n]) => n === name)![1])
    const notes = FIELD_NOTES[name]!
    const names = fields.map(nameOf)
    for (const field of new Set([...names, ...Object.keys(notes)]))
        if (!notes[field] || !names.includes(field))
            throw new Error(`field-notes.ts: ${name}.${field} must be both a field and a note.`)
    let offset = 0
    const rows = fields.map(whole => {
        const [field, format] = [nameOf(whole), formatOf(whole)]
        const at = offset
        offset += formatSize(format)
        return [String(at), format, `\`${field}\``, notes[field]!]
    })
    if (name === "line") {
        rows.push([String(offset), "u8 each", "samples", "in order of depth"])
        rows.push([
            `${offset} + samples`,
            "u32",
            "crc",
            "CRC-32C over the record before it; with flag 0x0020 a digest, see below",
        ])
    } else if (name !== "burst") {
        if (name === "pairs") rows.push([String(offset), "u8 each", "pairs", "tx, rx of each pair"])
        rows.push([
            name === "pairs" ? `${offset} + 2 · count` : String(offset),
            "u32",
            "crc",
            "CRC-32C over the payload before it",
        ])
    }
    return table(["offset", "format", "field", "meaning"], rows)
}

function layoutText(): string {
    const textOf = ([name, layout]: readonly [string, Layout]) =>
        `${name}{${fieldsOf(layout)
            .map(f => `${f};`)
            .join("")}}`
    return LAYOUTS.map(textOf).join("\n")
}

/** Sender and payload of a burst type. Line bursts have records instead of fields. */
function senderOf(type: number): readonly [from: string, payload: string] {
    const message = messageTable().find(m => m.type === type)
    if (!message) return ["board", "line records"]
    const layout = LAYOUTS.find(([, fields]) => fields === message.layout)
    return [message.from, layout![0]]
}

function typeTable(): string {
    const rows = numbersOf(burst, /^TYPE_(?!AT$)/).map(([name, type]) => {
        const when = TYPE_NOTES[name]
        if (!when) throw new Error(`field-notes.ts: ${name} has no note.`)
        const [from, payload] = senderOf(type)
        return [String(type), name.slice(5).toLowerCase(), from, payload, when]
    })
    return table(["type", "name", "from", "payload", "when"], rows)
}

const word = (constant: string): string =>
    constant
        .replace(/^[A-Z]+_/, "")
        .toLowerCase()
        .replaceAll("_", " ")

function eventName(event: number): string {
    const [name] = numbersOf(machine, /^(COMMAND|DONE|ON)_(?!LAST)/).find(
        ([, number]) => number === event
    )!
    // No colons: Mermaid ends a label at one.
    if (name.startsWith("COMMAND")) return `request ${word(name)}`
    return name.startsWith("DONE") ? `${word(name)} done` : word(name)
}

/** A Mermaid diagram of the transitions; "any" stands for every state. */
function stateDiagram(): string {
    const id = (state: number): string =>
        state === machine.ANY_STATE ? "any" : machine.STATE_NAMES[state]!.replaceAll(" ", "_")
    const names = machine.STATE_NAMES.map(
        (name, state) => `    state "${name} (${state})" as ${id(state)}`
    )
    const arrows = transitions().map(
        ([from, event, to]) => `    ${id(from)} --> ${id(to)}: ${eventName(event)}`
    )
    return [
        "```mermaid",
        "stateDiagram-v2",
        ...names,
        `    state "any state" as any`,
        `    [*] --> ${id(machine.STATE_BOOT)}`,
        ...arrows,
        "```",
    ].join("\n")
}

const AT_REST = machine.STATE_NAMES.filter((_, state) => machine.mayDump(state)).join(", ")

/** Where requests are allowed that the state table does not decide. */
const OUTSIDE_THE_TABLE: ReadonlyMap<number, string> = new Map([
    [machine.COMMAND_ACKNOWLEDGE, "any state but stopped; ends the state fault, see Alarms"],
    [machine.COMMAND_PAUSE_SOUND, "any state, see Alarms"],
    [machine.COMMAND_CONTROL, AT_REST],
    [machine.COMMAND_DUMP, AT_REST],
    [machine.COMMAND_LOG, AT_REST],
    [machine.COMMAND_DATE, "any state"],
])

function requestTable(): string {
    const rows = numbersOf(machine, /^COMMAND_(?!LAST)/).map(([name, code]) => {
        const from = transitions().filter(([, event]) => event === code)
        const states = from.map(([state]) => machine.STATE_NAMES[state]!).join(", ")
        return [String(code), word(name), OUTSIDE_THE_TABLE.get(code) ?? states]
    })
    return table(["command", "request", "allowed in"], rows)
}

function codeTables(): string {
    const groups = [
        ["Faults", /^FAULT_/],
        ["Refusals", /^REFUSED_/],
        ["Rejects", /^REJECT_/],
    ] as const
    return groups
        .map(([title, prefix]) => {
            const rows = numbersOf(codes, prefix).map(([, code]) => [
                String(code),
                codes.sentenceOf(code),
            ])
            return `#### ${title}\n\n${table(["code", "sentence"], rows)}`
        })
        .join("\n\n")
}

function eventTable(): string {
    const rows = numbersOf(codes, /^EVENT_/).map(([name, code]) => {
        const value = EVENT_VALUES[name]
        if (!value) throw new Error(`field-notes.ts: ${name} has no note.`)
        return [String(code), codes.sentenceOf(code), value]
    })
    return table(["code", "sentence", "value"], rows)
}

/** A hex dump, then each field with its bytes and its value. */
function example(bytes: Uint8Array, payload: string): string {
    const dump: string[] = []
    for (let at = 0; at < bytes.length; at += 16)
        dump.push(at.toString(16).padStart(4, "0") + "  " + spaced(bytes.subarray(at, at + 16)))
    const rows: string[][] = []
    let at = 0
    const row = (length: number, name: string, value: string): void => {
        rows.push([String(at), spaced(bytes.subarray(at, at + length)), name, value])
        at += length
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    for (const layout of ["burst", payload])
        for (const field of fieldsOf(LAYOUTS.find(([n]) => n === layout)![1])) {
            const [name, format] = [nameOf(field), formatOf(field)]
            const length = formatSize(format)
            const value =
                format === "i32"
                    ? view.getInt32(at, true)
                    : length === 4
                      ? view.getUint32(at, true)
                      : length === 2
                        ? view.getUint16(at, true)
                        : bytes[at]!
            row(length, `\`${name}\``, valueText(name, value))
        }
    const samples = bytes.length - at - 4
    if (samples > 0) row(samples, "samples", [...bytes.subarray(at, at + samples)].join(", "))
    row(4, "crc", valueText("crc", view.getUint32(at, true)))
    return (
        "```\n" + dump.join("\n") + "\n```\n\n" + table(["offset", "bytes", "field", "value"], rows)
    )
}

const spaced = (bytes: Uint8Array): string =>
    [...bytes].map(b => b.toString(16).padStart(2, "0")).join(" ")

function valueText(name: string, value: number): string {
    const bits = /^(magic|flags|check|crc|layout_hash|board_id_)/.test(name)
    return bits ? `0x${value.toString(16)}` : value.toLocaleString("en-US")
}
