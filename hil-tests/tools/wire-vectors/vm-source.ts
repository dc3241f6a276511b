// Responsible for: the vectors as a DeviceScript test program.
// Not for: what is in them (cases.ts) or running it (run-tests.ts).
//
// The VM has no JSON, 64 kB of heap and 131,072 instructions between two awaits: so
// the vectors become calls with literals, which live in flash, and each call awaits.

import { LAYOUTS } from "../../../src/wire/layout-hash"
import type { Fields, Vectors } from "./vectors"

const HEADER = `// Generated from vectors.json by hil-tests/tools/wire-vectors.ts; do not edit.
// Responsible for: the frozen vectors of src/wire on the DeviceScript VM:
//     devs run src/wire/vectors.vm.ts --test --test-self-exit --test-timeout 60000
// Not for: Node, which vectors.test.ts is for.

import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import * as burst from "./burst"
import { BURST_HEADER, judgeHeader, sealHeader } from "./burst"
import { Field, getNumber, putNumber, readFields, sizeOf, writeFields } from "./bytes"
import { fires, moves, nextState } from "./cart-machine"
import { CATHETERS, catheterOf } from "./catheters"
import { crc32c, crc8 } from "./crc32c"
import { layoutHash } from "./layout-hash"
import { LINE_HEADER, LINE_HEADER_LENGTH, recordLength, testSample } from "./line-record"
import { amplitudeToCode, codeToAmplitude } from "./line-samples"
import {
    ACCEPT, COMMAND, CREDIT, DESCRIPTION, END, EVENT, HELLO, payloadIsGood,
    payloadLength, PING, readPayload, REFUSAL, REJECT, SETUP, STATUS, writePayload,
} from "./messages"
import { amaxOf, planPullback, rampLengthNm, speedOfVmax, vmaxOf } from "./ramp"
import { budgetSequence, TABLE_ENTRY_LENGTH, writeTableEntry } from "./sequence"

const HASH = layoutHash()
const TEXT: Field[] = [["text", "s16"]]

/** Gives the scheduler its turn: every check starts with it. */
async function turn(): Promise<void> {
    await ds.sleep(0)
}

function sameBytes(got: Buffer, wanted: Buffer): void {
    expect(got.toString("hex")).toBe(wanted.toString("hex"))
}

/** Equal to 11 digits: the last bits of powers differ between C libraries. */
function close(got: number, wanted: number): void {
    if (Math.abs(got - wanted) > Math.abs(wanted) * 1e-11)
        expect(got).toBe(wanted)
}

function sameFields(got: any, wanted: any, fields: readonly Field[]): void {
    for (let i = 0; i < fields.length; ++i)
        expect(got[fields[i][0]]).toBe(wanted[fields[i][0]])
}

async function number(format: string, value: number, hex: Buffer, read: number): Promise<void> {
    await turn()
    const bytes = Buffer.alloc(4)
    putNumber(bytes, 0, format, value)
    sameBytes(bytes, hex)
    expect(getNumber(bytes, 0, format)).toBe(read)
}

async function text(value: string, hex: Buffer, read: string): Promise<void> {
    await turn()
    const bytes = Buffer.alloc(16)
    writeFields(bytes, 0, TEXT as any, { text: value } as any)
    sameBytes(bytes, hex)
    const back: any = readFields(bytes, 0, TEXT as any)
    expect(back.text).toBe(read)
}

async function crc(bytes: Buffer, seed: number, wanted: number): Promise<void> {
    await turn()
    expect(crc32c(bytes, 0, bytes.length, seed)).toBe(wanted)
}

async function shortCrc(bytes: Buffer, wanted: number): Promise<void> {
    await turn()
    expect(crc8(bytes, 0, bytes.length)).toBe(wanted)
}

async function seal(fields: any, hex: Buffer): Promise<void> {
    await turn()
    const header = Buffer.alloc(64)
    writeFields(header, 0, BURST_HEADER, fields)
    sealHeader(header, HASH)
    sameBytes(header, hex)
}

async function header(hex: Buffer, verdict: number): Promise<void> {
    await turn()
    expect(judgeHeader(hex, 0, HASH)).toBe(verdict)
    const later = Buffer.alloc(80)
    later.blitAt(13, hex, 0, 64)
    expect(judgeHeader(later, 13, HASH)).toBe(verdict)
}

async function message(fields: readonly Field[], record: any, hex: Buffer): Promise<void> {
    await turn()
    const bytes = Buffer.alloc(payloadLength(fields))
    expect(writePayload(bytes, 0, fields as any, record)).toBe(hex.length)
    sameBytes(bytes, hex)
    expect(payloadIsGood(bytes, 0, bytes.length, fields)).toBe(true)
    expect(payloadIsGood(bytes, 0, bytes.length - 1, fields)).toBe(false)
    await turn()
    sameFields(readPayload(bytes, 0, fields as any), record, fields)
    bytes[0] = bytes[0] ^ 1
    expect(payloadIsGood(bytes, 0, bytes.length, fields)).toBe(false)
}

async function line(fields: any, samples: Buffer, hex: Buffer): Promise<void> {
    await turn()
    const length = recordLength(samples.length)
    expect(length).toBe(hex.length)
    const bytes = Buffer.alloc(length)
    writeFields(bytes, 0, LINE_HEADER, fields)
    bytes.blitAt(LINE_HEADER_LENGTH, samples, 0, samples.length)
    putNumber(bytes, length - 4, "u32", crc32c(bytes, 0, length - 4, 0))
    sameBytes(bytes, hex)
    sameFields(readFields(hex, 0, LINE_HEADER), fields, LINE_HEADER)
}

async function testLine(index: number, hex: Buffer): Promise<void> {
    await turn()
    for (let k = 0; k < hex.length; ++k)
        expect(testSample(index, k)).toBe(hex[k])
}

async function row(state: number, next: Buffer): Promise<void> {
    await turn()
    for (let event = 0; event < next.length; ++event)
        expect(nextState(state, event)).toBe(next[event] === 255 ? -1 : next[event])
}

async function entry(catheter: string, index: number, hex: Buffer): Promise<void> {
    await turn()
    const bytes = Buffer.alloc(TABLE_ENTRY_LENGTH)
    writeTableEntry(bytes, 0, catheterOf(catheter), index)
    sameBytes(bytes, hex)
}

async function table(catheter: string, wanted: number): Promise<void> {
    const known = catheterOf(catheter)
    const bytes = Buffer.alloc(TABLE_ENTRY_LENGTH)
    let crc = 0
    for (let i = 0; i < known.lines_per_frame; ++i) {
        await turn()
        writeTableEntry(bytes, 0, known, i)
        crc = crc32c(bytes, 0, bytes.length, crc)
    }
    expect(crc).toBe(wanted)
}

`

/** The whole program. */
export function vmSource(v: Vectors): string {
    const tests: [string, string[]][] = [
        ["layout hash", [
            `expect(HASH).toBe(${v.link.layout_hash})`,
            `expect(burst.BURST_MAGIC).toBe(${v.link.magic})`,
            `expect(sizeOf(BURST_HEADER)).toBe(${v.link.header_length})`,
            `expect(CATHETERS.length).toBe(${v.tables.length})`,
        ]],
        ["numbers", v.numbers.map(n => call("number", n.format, n.value, bytes(n.hex), n.read))],
        ["texts", v.texts.map(t => call("text", t.text, bytes(t.hex), t.read))],
        ["crc32c", v.crc32c.map(c => call("crc", bytes(c.hex), c.seed, c.crc))],
        ["crc8", v.crc8.map(c => call("shortCrc", bytes(c.hex), c.crc))],
        ["seals", v.seals.map(s => call("seal", s.fields, bytes(s.hex)))],
        ["headers", v.headers.map(h => call("header", bytes(h.hex), code(`burst.${h.verdict}`)))],
        ["messages", v.messages.map(m => call("message", code(constantOf(m.layout)), m.fields, bytes(m.hex)))],
        ["lines", v.lines.map(l => call("line", l.fields, bytes(l.samples), bytes(l.hex)))],
        ["test lines", v.test_lines.map(t => call("testLine", t.index, bytes(t.hex)))],
        ["companding", [
            ...v.amplitudes.map(a => `close(codeToAmplitude(${a.code}), ${a.amplitude})`),
            ...v.codes.map(c => `expect(amplitudeToCode(${c.amplitude})).toBe(${c.code})`),
            "for (let i = 0; i < 256; ++i) {",
            "    await turn()",
            "    expect(amplitudeToCode(codeToAmplitude(i))).toBe(i)",
            "}",
        ]],
        ["speeds", v.speeds.flatMap(s => [
            `expect(vmaxOf(${s.speed_nm_s}, ${s.microsteps_per_mm}, ${s.fclk_hz})).toBe(${s.vmax})`,
            `close(speedOfVmax(${s.vmax}, ${s.microsteps_per_mm}, ${s.fclk_hz}), ${s.made_nm_s})`,
        ])],
        ["accelerations", v.accelerations.map(a =>
            `expect(amaxOf(${a.accel_nm_s2}, ${a.microsteps_per_mm}, ${a.fclk_hz})).toBe(${a.amax})`
        )],
        ["ramps", v.ramps.map(r => `expect(rampLengthNm(${r.speed_nm_s})).toBe(${r.length_nm})`)],
        ["pullbacks", v.pullbacks.map(p =>
            named("sameFields", `planPullback(${p.start_nm}, ${p.speed_nm_s}, ${p.length_nm})`, p.plan)
        )],
        ["transitions", v.transitions.map((next, state) => call("row", state, bytes(next)))],
        ["activity", v.activity.flatMap(a => [
            `expect(moves(${a.state})).toBe(${a.moves})`,
            `expect(fires(${a.state})).toBe(${a.fires})`,
        ])],
        ["budgets", v.budgets.flatMap(b => [
            "await turn()",
            named("sameFields", `budgetSequence(catheterOf(${JSON.stringify(b.catheter)}), ${b.frame_rate_mhz})`, b.budget),
        ])],
        ["tables", v.tables.flatMap(t => [
            ...t.entries.map(e => call("entry", t.catheter, e.index, bytes(e.hex))),
            call("table", t.catheter, t.crc),
        ])],
    ] // prettier-ignore
    const body = tests.map(
        ([name, lines]) =>
            `    test(${JSON.stringify(name)}, async () => {\n${lines.map(l => `        ${l}\n`).join("")}    })\n`
    )
    return `${HEADER}describe("vectors of src/wire", () => {\n${body.join("")}})\n`
}

interface Code {
    readonly code: string
}
const code = (text: string): Code => ({ code: text })
const bytes = (hex: string): Code => code("hex`" + hex + "`")

function call(
    helper: string,
    ...values: readonly (string | number | Code | Fields)[]
): string {
    const isCode = (v: object): v is Code => "code" in v && typeof v.code === "string" && Object.keys(v).length === 1 // prettier-ignore
    const texts = values.map(v =>
        typeof v === "object" && isCode(v) ? v.code : JSON.stringify(v)
    )
    return `await ${helper}(${texts.join(", ")})`
}

/** A comparison of all fields of a record, which are given by their names. */
function named(
    helper: string,
    got: string,
    wanted: Readonly<Record<string, number>>
): string {
    const fields = Object.keys(wanted).map(name => [name, ""])
    return `${helper}(${got}, ${JSON.stringify(wanted)}, ${JSON.stringify(fields)} as any)`
}

/** Layouts are exported under their names in capitals. */
function constantOf(layout: string): string {
    if (!LAYOUTS.some(([name]) => name === layout))
        throw new Error(`vectors.json: there is no layout "${layout}".`)
    return layout.toUpperCase()
}
