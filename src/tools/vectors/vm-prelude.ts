// The start of the vectors' VM program: imports and one check function per kind of vector.

import * as messages from "../../shared/protocol/messages"

/** Names of the layouts that messages.ts exports, as an import list. */
function messageLayouts(): string {
    return Object.keys(messages)
        .filter(name => name === name.toUpperCase())
        .join(", ")
}

export const VM_PRELUDE = `// Generated from vectors.json by src/tools/vectors/write-vectors.ts; do not edit.
// Tests src/shared against the frozen vectors in the DeviceScript VM:
//     devs run .devicescript/generated/vectors.vm.ts --test --test-self-exit --test-timeout 60000

import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { acknowledge, begin, classOf, end, noAlarms, noSignals, pauseSound, signalled, signalOf } from "../../src/shared/alarms"
import * as burst from "../../src/shared/protocol/burst"
import { BURST_HEADER, checkHeader, sealHeader } from "../../src/shared/protocol/burst"
import { Layout, fieldsOf, formatOf, getNumber, nameOf, putNumber, readFields, sizeOf, writeFields } from "../../src/shared/protocol/bytes"
import { CALIBRATION, checkCalibration, nominalCalibration, readCalibration, screwErrorNm, screwSpeedFactor } from "../../src/shared/motion/calibration"
import { REJECT_HOST_OLDER } from "../../src/shared/codes"
import { versionReason, versionText } from "../../src/shared/versions"
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
import { ENTRY_FIELDS, entryAfter, oldestEntry, ringBlock, sealEntry } from "../../src/shared/event-ring"
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

/** Yields to the scheduler, which resets the instruction limit; every check starts with it. */
async function yieldVm(): Promise<void> {
    await ds.sleep(0)
}

function sameBytes(actual: Buffer, expected: Buffer): void {
    expect(actual.toString("hex")).toBe(expected.toString("hex"))
}

/** Equal to 11 digits: the last bits of powers differ between C libraries. */
function close(actual: number, expected: number): void {
    if (Math.abs(actual - expected) > Math.abs(expected) * 1e-11)
        expect(actual).toBe(expected)
}

function sameFields(actual: any, expected: any, layout: Layout): void {
    const fields = fieldsOf(layout)
    for (let i = 0; i < fields.length; ++i) {
        const name = nameOf(fields[i])
        if (formatOf(fields[i]).length === 6) sameList(actual[name], expected[name])
        else expect(actual[name]).toBe(expected[name])
    }
}

function sameList(actual: number[], expected: number[]): void {
    expect(actual.length).toBe(expected.length)
    for (let i = 0; i < expected.length; ++i) expect(actual[i]).toBe(expected[i])
}

async function version(cart: number, other: number, reason: number, text: string): Promise<void> {
    await yieldVm()
    expect(versionReason(cart, other, REJECT_HOST_OLDER)).toBe(reason)
    expect(versionText(cart * 256 + (other & 0xff))).toBe(text)
}

async function number(format: string, value: number, hex: Buffer, read: number): Promise<void> {
    await yieldVm()
    const bytes = Buffer.alloc(4)
    putNumber(bytes, 0, format, value)
    sameBytes(bytes, hex)
    expect(getNumber(bytes, 0, format)).toBe(read)
}

async function text(value: string, hex: Buffer, read: string): Promise<void> {
    await yieldVm()
    const bytes = Buffer.alloc(16)
    writeFields(bytes, 0, TEXT, { text: value })
    sameBytes(bytes, hex)
    const back: any = readFields(bytes, 0, TEXT)
    expect(back.text).toBe(read)
}

async function crc(bytes: Buffer, seed: number, expected: number): Promise<void> {
    await yieldVm()
    expect(crc32c(bytes, 0, bytes.length, seed)).toBe(expected)
}

async function shortCrc(bytes: Buffer, expected: number): Promise<void> {
    await yieldVm()
    expect(crc8(bytes, 0, bytes.length)).toBe(expected)
}

async function seal(fields: any, hex: Buffer): Promise<void> {
    await yieldVm()
    const header = Buffer.alloc(64)
    writeFields(header, 0, BURST_HEADER, fields)
    sealHeader(header, HASH)
    sameBytes(header, hex)
}

async function header(hex: Buffer, verdict: number): Promise<void> {
    await yieldVm()
    expect(checkHeader(hex, 0, HASH)).toBe(verdict)
    const later = Buffer.alloc(80)
    later.blitAt(13, hex, 0, 64)
    expect(checkHeader(later, 13, HASH)).toBe(verdict)
}

async function message(layout: Layout, record: any, hex: Buffer): Promise<void> {
    await yieldVm()
    const bytes = Buffer.alloc(payloadLength(layout))
    expect(writePayload(bytes, 0, layout, record)).toBe(hex.length)
    sameBytes(bytes, hex)
    expect(payloadIsValid(bytes, 0, bytes.length, layout)).toBe(true)
    expect(payloadIsValid(bytes, 0, bytes.length - 1, layout)).toBe(false)
    await yieldVm()
    sameFields(readPayload(bytes, 0, layout), record, layout)
    bytes[0] = bytes[0] ^ 1
    expect(payloadIsValid(bytes, 0, bytes.length, layout)).toBe(false)
}

async function line(fields: any, samples: Buffer, hex: Buffer): Promise<void> {
    await yieldVm()
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
    await yieldVm()
    const made = sessionSecrets(HASHING, key, hello, challenge)
    sameBytes(made.host_proof as Buffer, secrets[0])
    sameBytes(made.board_proof as Buffer, secrets[1])
    sameBytes(made.host_key as Buffer, secrets[2])
    sameBytes(made.board_key as Buffer, secrets[3])
    await yieldVm()
    const fields = readPayload(proof, 64, PROOF)
    expect(sameWords(fields, "proof", secrets[0])).toBe(true)
    expect(sameWords(fields, "proof", secrets[1])).toBe(false)
}

async function tag(key: Buffer, header: Buffer, payload: Buffer, expected: Buffer): Promise<void> {
    await yieldVm()
    const none = Buffer.alloc(16)
    sameBytes(digest(key, "sha256", [header, none, payload]).slice(0, 16), expected)
}

/** Bytes 3 + 29 i modulo 256. */
async function ruled(length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; ++i) {
        bytes[i] = (3 + 29 * i) & 0xff
        if (i % 4096 === 0) await yieldVm()
    }
    return bytes
}

async function testLine(index: number, hex: Buffer): Promise<void> {
    await yieldVm()
    for (let k = 0; k < hex.length; ++k)
        expect(testSample(index, k)).toBe(hex[k])
}

/** A record from names and values. */
function recordOf(names: string[], values: any[]): any {
    const record: any = {}
    for (let i = 0; i < values.length; ++i) record[names[i]] = values[i]
    return record
}

/** Compares all values of a plan; a refusal has no plan and no values. */
function samePlan(actual: any, names: string[], values: any[]): void {
    expect(actual === undefined).toBe(values.length === 0)
    for (let i = 0; i < values.length; ++i)
        expect(actual[names[i]]).toBe(values[i])
}

async function move(kind: number, from: number, request: any[], limits: number[], reason: number, value: number, plan: any[]): Promise<void> {
    await yieldVm()
    const result = planMove(kind, from, recordOf(REQUEST, request), recordOf(LIMITS, limits))
    expect(result.reason).toBe(reason)
    expect(result.value).toBe(value)
    samePlan(result.plan, PLAN, plan)
}

async function change(position: number, now: number, expected: number, left: number[], reason: number, value: number, plan: any[]): Promise<void> {
    await yieldVm()
    const result = planSpeedChange(position, now, expected, recordOf(LEFT, left))
    expect(result.reason).toBe(reason)
    expect(result.value).toBe(value)
    samePlan(result.change, CHANGE, plan)
}

const alarm_state = noAlarms()

async function alarmStep(act: string, code: number, now_ms: number, shown: number, sound: number, warnings: number, count: number): Promise<void> {
    await yieldVm()
    if (act === "begin") begin(alarm_state, code)
    else if (act === "end") end(alarm_state, code)
    else if (act === "acknowledge") acknowledge(alarm_state)
    else if (act === "pause") pauseSound(alarm_state, now_ms)
    const all = signalled(alarm_state, now_ms, noSignals())
    expect(all.code).toBe(shown)
    expect(all.sound).toBe(sound)
    expect(all.warnings).toBe(warnings)
    expect(alarm_state.occurrences.length).toBe(count)
}

async function ringEntry(entry: any, hex: Buffer, block: number, oldest: number, found: number, damaged: number): Promise<void> {
    await yieldVm()
    const number: number = entry.number
    const bytes = Buffer.alloc(payloadLength(LOG_ENTRY))
    writeFields(bytes, 0, LOG_ENTRY, entry)
    sealEntry(bytes, 0, number)
    sameBytes(bytes, hex)
    expect(ringBlock(number)).toBe(block)
    expect(oldestEntry(number)).toBe(oldest)
    expect(entryAfter(number - 1, bytes, 0, block)).toBe(found)
    bytes[ENTRY_FIELDS - 1] ^= 1
    expect(entryAfter(number - 1, bytes, 0, block)).toBe(damaged)
}

async function alarmSignal(priority: number, lamp: string, flash_chz: number, pulses: number, pulse_ms: number, interval_ms: number): Promise<void> {
    await yieldVm()
    const signal = signalOf(priority)
    expect(signal.lamp).toBe(lamp)
    expect(signal.flash_chz).toBe(flash_chz)
    expect(signal.pulses).toBe(pulses)
    expect(signal.pulse_ms).toBe(pulse_ms)
    expect(signal.interval_ms).toBe(interval_ms)
}

/** The classes of several codes, at once as each line costs code. */
async function alarmClasses(name: string, codes: number[]): Promise<void> {
    for (const code of codes) {
        await yieldVm()
        expect(classOf(code)).toBe(name)
    }
}

async function row(state: number, next: Buffer): Promise<void> {
    await yieldVm()
    for (let event = 0; event < next.length; ++event)
        expect(nextState(state, event)).toBe(next[event] === 255 ? -1 : next[event])
}

async function gain(id: string, depth: number, start: number, slope: number, given: number[], hex: Buffer, times: number[], expected: number[]): Promise<void> {
    await yieldVm()
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
        close(tgcGainCdb(curve, tgcStepNs(catheter), times[i]), expected[i])
}

async function entry(catheter: string, index: number, hex: Buffer): Promise<void> {
    await yieldVm()
    const bytes = Buffer.alloc(TABLE_ENTRY_LENGTH)
    writeTableEntry(bytes, 0, catheterOf(catheter), index)
    sameBytes(bytes, hex)
}

async function catheter(hex: Buffer, wrong: number): Promise<void> {
    await yieldVm()
    expect(payloadIsValid(hex, 0, hex.length, CATHETER)).toBe(true)
    expect(invalidField(readPayload(hex, 0, CATHETER))).toBe(wrong)
}

async function table(catheter: string, expected: number): Promise<void> {
    const data = catheterOf(catheter)
    const bytes = Buffer.alloc(TABLE_ENTRY_LENGTH)
    let crc = 0
    for (let i = 0; i < tableEntries(data); ++i) {
        await yieldVm()
        writeTableEntry(bytes, 0, data, i)
        crc = crc32c(bytes, 0, bytes.length, crc)
    }
    expect(crc).toBe(expected)
}

`
