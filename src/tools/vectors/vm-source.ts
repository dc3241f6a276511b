// Responsible for: the vectors as a DeviceScript test program.
// Not for: what is in them (cases.ts) or running it (run-tests.ts).
//
// The VM has no JSON, 64 kB of heap and 131,072 instructions between two awaits: so
// the vectors become calls with literals, which live in flash, and each call awaits.

import { layoutOf } from "../../shared/protocol/bytes"
import { LAYOUTS } from "../../shared/protocol/layout-hash"
import * as messages from "../../shared/protocol/messages"
import type { Fields, Vectors } from "./vectors"

/** Names of the layouts that messages.ts exports, as an import list. */
function messageLayouts(): string {
    return Object.keys(messages)
        .filter(name => name === name.toUpperCase())
        .join(", ")
}

const HEADER = `// Generated from vectors.json by src/tools/vectors/write-vectors.ts; do not edit.
// Responsible for: the frozen vectors of src/shared on the DeviceScript VM:
//     devs run .devicescript/generated/vectors.vm.ts --test --test-self-exit --test-timeout 60000
// Not for: Node, which vectors.test.ts is for.

import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import * as burst from "../../src/shared/protocol/burst"
import { BURST_HEADER, checkHeader, sealHeader } from "../../src/shared/protocol/burst"
import { Layout, fieldsOf, formatOf, getNumber, nameOf, putNumber, readFields, sizeOf, writeFields } from "../../src/shared/protocol/bytes"
import { checkCalibration, nominalCalibration, readCalibration, screwErrorNm, screwSpeedFactor } from "../../src/shared/motion/calibration"
import { fires, moves, nextState } from "../../src/shared/cart-machine"
import { invalidField } from "../../src/shared/acquisition/catheter-limits"
import { CATHETER, catheterOf } from "../../src/shared/acquisition/catheters"
import { crc32c, crc8 } from "../../src/shared/protocol/crc32c"
import { LAYOUT_HASH } from "../../src/shared/protocol/layout-hash-value"
import { LINE_HEADER, LINE_HEADER_LENGTH, recordLength, testSample } from "../../src/shared/acquisition/line-record"
import { amplitudeToCode, codeToAmplitude } from "../../src/shared/acquisition/sample-codes"
import {
    payloadIsValid, payloadLength, readPayload, writePayload,
    ${messageLayouts()},
} from "../../src/shared/protocol/messages"
import { planMove } from "../../src/shared/motion/move-plan"
import { checkTrigger, stopNm } from "../../src/shared/motion/move-steps"
import { MOVE_GATED } from "../../src/shared/motion/move-terms"
import { PAIRS } from "../../src/shared/acquisition/pair-list"
import { amaxOf, planPullback, rampLengthNm, speedOfVmax, vmaxOf } from "../../src/shared/motion/ramp"
import { signedOf } from "../../src/shared/protocol/register-dump"
import { TABLE_ENTRY_LENGTH, tableEntries, writeTableEntry } from "../../src/shared/acquisition/firing-table"
import { budgetSequence } from "../../src/shared/acquisition/sequence-budget"
import { Hashing, sameWords, sessionSecrets } from "../../src/shared/protocol/session"
import { planSpeedChange } from "../../src/shared/motion/speed-change"
import { TGC_LENGTH, tgcGainCdb, tgcOf, tgcStepNs, writeTgc } from "../../src/shared/acquisition/tgc"
import { un0rickGain, un0rickHalfPeriod, un0rickWords } from "../../src/shared/devices/un0rick"

const HASH = LAYOUT_HASH
let calibration = nominalCalibration()
const TEXT = "\\ntext:s16\\n"

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

function sameFields(got: any, wanted: any, layout: Layout): void {
    const fields = fieldsOf(layout)
    for (let i = 0; i < fields.length; ++i) {
        const name = nameOf(fields[i])
        if (formatOf(fields[i]) === "u16x32") sameList(got[name], wanted[name])
        else expect(got[name]).toBe(wanted[name])
    }
}

function sameList(got: number[], wanted: number[]): void {
    expect(got.length).toBe(wanted.length)
    for (let i = 0; i < wanted.length; ++i) expect(got[i]).toBe(wanted[i])
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
    writeFields(bytes, 0, TEXT, { text: value })
    sameBytes(bytes, hex)
    const back: any = readFields(bytes, 0, TEXT)
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
    expect(checkHeader(hex, 0, HASH)).toBe(verdict)
    const later = Buffer.alloc(80)
    later.blitAt(13, hex, 0, 64)
    expect(checkHeader(later, 13, HASH)).toBe(verdict)
}

async function message(layout: Layout, record: any, hex: Buffer): Promise<void> {
    await turn()
    const bytes = Buffer.alloc(payloadLength(layout))
    expect(writePayload(bytes, 0, layout, record)).toBe(hex.length)
    sameBytes(bytes, hex)
    expect(payloadIsValid(bytes, 0, bytes.length, layout)).toBe(true)
    expect(payloadIsValid(bytes, 0, bytes.length - 1, layout)).toBe(false)
    await turn()
    sameFields(readPayload(bytes, 0, layout), record, layout)
    bytes[0] = bytes[0] ^ 1
    expect(payloadIsValid(bytes, 0, bytes.length, layout)).toBe(false)
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

const digest = (Buffer as any).digest
const HASHING: Hashing = {
    sha256: parts => digest(undefined, "sha256", parts),
    hmac: (key, parts) => digest(key, "sha256", parts),
}

async function greeting(key: Buffer, hello: Buffer, challenge: Buffer, secrets: Buffer[], proof: Buffer): Promise<void> {
    await turn()
    const made = sessionSecrets(HASHING, key, hello, challenge)
    sameBytes(made.host_proof as Buffer, secrets[0])
    sameBytes(made.board_proof as Buffer, secrets[1])
    sameBytes(made.host_key as Buffer, secrets[2])
    sameBytes(made.board_key as Buffer, secrets[3])
    await turn()
    const told = readPayload(proof, 64, PROOF)
    expect(sameWords(told, "proof", secrets[0])).toBe(true)
    expect(sameWords(told, "proof", secrets[1])).toBe(false)
}

async function tag(key: Buffer, header: Buffer, payload: Buffer, wanted: Buffer): Promise<void> {
    await turn()
    const none = Buffer.alloc(16)
    sameBytes(digest(key, "sha256", [header, none, payload]).slice(0, 16), wanted)
}

/** Bytes by a rule, 3 + 29 i modulo 256. */
async function ruled(length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; ++i) {
        bytes[i] = (3 + 29 * i) & 0xff
        if (i % 4096 === 0) await turn()
    }
    return bytes
}

async function testLine(index: number, hex: Buffer): Promise<void> {
    await turn()
    for (let k = 0; k < hex.length; ++k)
        expect(testSample(index, k)).toBe(hex[k])
}

/** A record from its values, in the order of its names. */
function recordOf(names: string[], values: any[]): any {
    const record: any = {}
    for (let i = 0; i < values.length; ++i) record[names[i]] = values[i]
    return record
}

/** Equal in all values; there are none where nothing was planned. */
function samePlan(got: any, names: string[], values: any[]): void {
    expect(got === undefined).toBe(values.length === 0)
    for (let i = 0; i < values.length; ++i)
        expect(got[names[i]]).toBe(values[i])
}

async function move(kind: number, from: number, asked: any[], limits: number[], reason: number, value: number, plan: any[]): Promise<void> {
    await turn()
    const judged = planMove(kind, from, recordOf(ASKED, asked), recordOf(LIMITS, limits))
    expect(judged.reason).toBe(reason)
    expect(judged.value).toBe(value)
    samePlan(judged.plan, PLAN, plan)
}

async function change(position: number, now: number, wanted: number, left: number[], reason: number, value: number, plan: any[]): Promise<void> {
    await turn()
    const judged = planSpeedChange(position, now, wanted, recordOf(LEFT, left))
    expect(judged.reason).toBe(reason)
    expect(judged.value).toBe(value)
    samePlan(judged.change, CHANGE, plan)
}

async function row(state: number, next: Buffer): Promise<void> {
    await turn()
    for (let event = 0; event < next.length; ++event)
        expect(nextState(state, event)).toBe(next[event] === 255 ? -1 : next[event])
}

async function gain(id: string, depth: number, start: number, slope: number, given: number[], hex: Buffer, times: number[], wanted: number[]): Promise<void> {
    await turn()
    const catheter = catheterOf(id)
    catheter.depth_um = depth
    catheter.tgc_start_cdb = start
    catheter.tgc_slope_cdb_per_mm = slope
    if (given.length > 0) catheter.tgc_cdb = given
    const bytes = Buffer.alloc(TGC_LENGTH)
    writeTgc(bytes, catheter)
    sameBytes(bytes, hex)
    const curve = tgcOf(catheter)
    for (let i = 0; i < times.length; ++i)
        close(tgcGainCdb(curve, tgcStepNs(catheter), times[i]), wanted[i])
}

async function entry(catheter: string, index: number, hex: Buffer): Promise<void> {
    await turn()
    const bytes = Buffer.alloc(TABLE_ENTRY_LENGTH)
    writeTableEntry(bytes, 0, catheterOf(catheter), index)
    sameBytes(bytes, hex)
}

async function catheter(hex: Buffer, wrong: number): Promise<void> {
    await turn()
    expect(payloadIsValid(hex, 0, hex.length, CATHETER)).toBe(true)
    expect(invalidField(readPayload(hex, 0, CATHETER))).toBe(wrong)
}

async function table(catheter: string, wanted: number): Promise<void> {
    const known = catheterOf(catheter)
    const bytes = Buffer.alloc(TABLE_ENTRY_LENGTH)
    let crc = 0
    for (let i = 0; i < tableEntries(known); ++i) {
        await turn()
        writeTableEntry(bytes, 0, known, i)
        crc = crc32c(bytes, 0, bytes.length, crc)
    }
    expect(crc).toBe(wanted)
}

`

/** The whole program. */
export function vmSource(v: Vectors): string {
    const n = {
        asked: Object.keys(v.gates.asked),
        limits: Object.keys(v.gates.limits),
        plan: namesIn(v.moves.map(m => m.plan)),
        left: namesIn(v.speed_changes.map(c => c.left)),
        change: namesIn(v.speed_changes.map(c => c.change)),
    }
    const tests: [string, string[]][] = [
        [
            "layout hash",
            [
                `expect(HASH).toBe(${v.link.layout_hash})`,
                `expect(burst.BURST_MAGIC).toBe(${v.link.magic})`,
                `expect(sizeOf(BURST_HEADER)).toBe(${v.link.header_length})`,
            ],
        ],
        ["numbers", v.numbers.map(x => call("number", x.format, x.value, bytes(x.hex), x.read))],
        ["texts", v.texts.map(t => call("text", t.text, bytes(t.hex), t.read))],
        ["crc32c", v.crc32c.map(c => call("crc", bytes(c.hex), c.seed, c.crc))],
        ["crc8", v.crc8.map(c => call("shortCrc", bytes(c.hex), c.crc))],
        ["seals", v.seals.map(s => call("seal", s.fields, bytes(s.hex)))],
        ["headers", v.headers.map(h => call("header", bytes(h.hex), code(`burst.${h.verdict}`)))],
        [
            "messages",
            v.messages.map(m =>
                call("message", code(constantOf(m.layout)), m.fields, bytes(m.hex))
            ),
        ],
        ["lines", v.lines.map(l => call("line", l.fields, bytes(l.samples), bytes(l.hex)))],
        [
            "greetings",
            v.greetings.map(g => {
                const secrets = [g.host_proof, g.board_proof, g.host_key, g.board_key].map(
                    s => bytes(s).code
                )
                return call(
                    "greeting",
                    bytes(g.key),
                    bytes(g.hello),
                    bytes(g.challenge),
                    code(`[${secrets.join(", ")}]`),
                    bytes(g.host_proof_burst)
                )
            }),
        ],
        [
            "tags",
            v.tags.map(t => {
                const payload =
                    typeof t.payload === "string"
                        ? bytes(t.payload)
                        : code(`await ruled(${t.payload})`)
                return call("tag", bytes(t.key), bytes(t.header), payload, bytes(t.tag))
            }),
        ],
        ["test lines", v.test_lines.map(t => call("testLine", t.index, bytes(t.hex)))],
        [
            "companding",
            [
                ...v.amplitudes.map(a => `close(codeToAmplitude(${a.code}), ${a.amplitude})`),
                ...v.codes.map(c => `expect(amplitudeToCode(${c.amplitude})).toBe(${c.code})`),
                "for (let i = 0; i < 256; ++i) {",
                "    await turn()",
                "    expect(amplitudeToCode(codeToAmplitude(i))).toBe(i)",
                "}",
            ],
        ],
        [
            "speeds",
            v.speeds.flatMap(s => [
                `expect(vmaxOf(${s.speed_nm_s}, ${s.microsteps_per_mm}, ${s.fclk_hz})).toBe(${s.vmax})`,
                `close(speedOfVmax(${s.vmax}, ${s.microsteps_per_mm}, ${s.fclk_hz}), ${s.made_nm_s})`,
            ]),
        ],
        [
            "accelerations",
            v.accelerations.map(
                a =>
                    `expect(amaxOf(${a.accel_nm_s2}, ${a.microsteps_per_mm}, ${a.fclk_hz})).toBe(${a.amax})`
            ),
        ],
        ["signs", v.signs.map(s => `expect(signedOf(${s.value}, ${s.bits})).toBe(${s.signed})`)],
        [
            "calibrations",
            v.calibrations.flatMap(c => [
                "await turn()",
                `expect(checkCalibration(hex\`${c.hex}\`)).toBe(${c.verdict})`,
                ...c.places.flatMap((p, i) => [
                    ...(i === 0 ? [`calibration = readCalibration(hex\`${c.hex}\`)`] : []),
                    `close(screwErrorNm(calibration, ${p.microsteps}), ${p.error_nm})`,
                    `close(screwSpeedFactor(calibration, ${p.microsteps}), ${p.factor})`,
                ]),
            ]),
        ],
        ["ramps", v.ramps.map(r => `expect(rampLengthNm(${r.speed_nm_s})).toBe(${r.length_nm})`)],
        [
            "pullbacks",
            v.pullbacks.map(p =>
                named(
                    "sameFields",
                    `planPullback(${p.start_nm}, ${p.speed_nm_s}, ${p.length_nm})`,
                    p.plan
                )
            ),
        ],
        [
            "moves",
            v.moves.map(m =>
                call(
                    "move",
                    m.kind,
                    m.from_nm,
                    values(m.asked, n.asked),
                    values(m.limits, n.limits),
                    m.reason,
                    m.value,
                    values(m.plan, n.plan)
                )
            ),
        ],
        [
            "speed changes",
            v.speed_changes.map(c =>
                call(
                    "change",
                    c.position_nm,
                    c.now_nm_s,
                    c.new_nm_s,
                    values(c.left, n.left),
                    c.reason,
                    c.value,
                    values(c.change, n.change)
                )
            ),
        ],
        [
            "gates",
            [
                `const asked = recordOf(ASKED, ${values(v.gates.asked, n.asked).code})`,
                `const limits = recordOf(LIMITS, ${values(v.gates.limits, n.limits).code})`,
                `const gated = planMove(MOVE_GATED, ${v.gates.from_nm}, asked, limits).plan`,
                ...v.gates.stops.map(s => `expect(stopNm(gated, ${s.index})).toBe(${s.nm})`),
                "await turn()",
                ...v.gates.triggers.map(
                    t =>
                        `expect(checkTrigger(gated, ${t.since_ms}, ${t.triggered}, ${t.first})).toBe(${t.verdict})`
                ),
            ],
        ],
        ["transitions", v.transitions.map((next, state) => call("row", state, bytes(next)))],
        [
            "activity",
            v.activity.flatMap(a => [
                `expect(moves(${a.state})).toBe(${a.moves})`,
                `expect(fires(${a.state})).toBe(${a.fires})`,
            ]),
        ],
        [
            "budgets",
            v.budgets.flatMap(b => [
                "await turn()",
                named(
                    "sameFields",
                    `budgetSequence(catheterOf(${JSON.stringify(b.catheter)}), ${b.frame_rate_mhz})`,
                    b.budget
                ),
            ]),
        ],
        [
            "tables",
            v.tables.flatMap(t => [
                ...t.entries.map(e => call("entry", t.catheter, e.index, bytes(e.hex))),
                call("table", t.catheter, t.crc),
            ]),
        ],
        [
            "gains",
            v.gains.map(g =>
                call(
                    "gain",
                    g.catheter,
                    g.depth_um,
                    g.start_cdb,
                    g.slope_cdb_per_mm,
                    code(JSON.stringify(g.given)),
                    bytes(g.hex),
                    code(JSON.stringify(g.at.map(a => a.time_ns))),
                    code(JSON.stringify(g.at.map(a => a.cdb)))
                )
            ),
        ],
        ["catheters", v.catheters.map(c => call("catheter", bytes(c.hex), c.wrong))],
        [
            "un0rick",
            v.un0rick.flatMap(u => [
                "await turn()",
                `expect(un0rickHalfPeriod(${u.frequency_khz})).toBe(${u.half_period})`,
                `expect(un0rickWords(${u.depth_um})).toBe(${u.words})`,
                `expect(un0rickGain(${JSON.stringify(u.tgc_cdb)}, ${u.tgc_step_ns}, ${u.radius_um}, ${u.step})).toBe(${u.gain})`,
            ]),
        ],
    ]
    const body = tests.map(
        ([name, lines]) =>
            `    test(${JSON.stringify(name)}, async () => {\n${lines.map(l => `        ${l}\n`).join("")}    })\n`
    )
    const names = Object.entries(n).map(
        ([name, list]) => `const ${name.toUpperCase()} = ${JSON.stringify(list)}\n`
    )
    return `${HEADER}${names.join("")}\ndescribe("vectors of src/shared", () => {\n${body.join("")}})\n`
}

/** Names of the fields of whichever record has any. */
const namesIn = (records: readonly object[]): string[] =>
    Object.keys(records.find(r => Object.keys(r).length > 0) ?? {})

interface Code {
    readonly code: string
}
const code = (text: string): Code => ({ code: text })
/** The values of a record in the order of `names`; an empty record has none. */
function values(record: object, names: readonly string[]): Code {
    const all = new Map<string, unknown>(Object.entries(record))
    const texts = names.map(name => JSON.stringify(all.get(name)) ?? "undefined")
    return code(all.size === 0 ? "[]" : `[${texts.join(", ")}]`)
}

const bytes = (hex: string): Code => code("hex`" + hex + "`")

function call(helper: string, ...values: readonly (string | number | Code | Fields)[]): string {
    const isCode = (v: object): v is Code =>
        "code" in v && typeof v.code === "string" && Object.keys(v).length === 1
    const texts = values.map(v => (typeof v === "object" && isCode(v) ? v.code : JSON.stringify(v)))
    return `await ${helper}(${texts.join(", ")})`
}

/** A comparison of all fields of a record, which are given by their names. */
function named(helper: string, got: string, wanted: Readonly<Record<string, number>>): string {
    const fields = Object.keys(wanted).map(name => `${name}:i32`)
    return `${helper}(${got}, ${JSON.stringify(wanted)}, ${JSON.stringify(layoutOf(fields))})`
}

/** Layouts are exported under their names in capitals. */
function constantOf(layout: string): string {
    if (!LAYOUTS.some(([name]) => name === layout))
        throw new Error(`vectors.json: there is no layout "${layout}".`)
    return layout.toUpperCase()
}
