// Generated from vectors.json by hil-tests/tools/wire-vectors.ts; do not edit.
// Responsible for: the frozen vectors of src/wire on the DeviceScript VM:
//     devs run src/wire/vectors.vm.ts --test --test-self-exit --test-timeout 60000
// Not for: Node, which vectors.test.ts is for.

import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import * as burst from "./burst"
import { BURST_HEADER, judgeHeader, sealHeader } from "./burst"
import {
    Field,
    formatOf,
    getNumber,
    nameOf,
    putNumber,
    readFields,
    sizeOf,
    writeFields,
} from "./bytes"
import {
    judgeCalibration,
    nominalCalibration,
    readCalibration,
    screwErrorNm,
    screwSpeedFactor,
} from "./calibration"
import { fires, moves, nextState } from "./cart-machine"
import { wrongField } from "./catheter-limits"
import { CATHETER, catheterOf } from "./catheters"
import { crc32c, crc8 } from "./crc32c"
import { LAYOUT_HASH } from "./layout-hash-value"
import {
    LINE_HEADER,
    LINE_HEADER_LENGTH,
    recordLength,
    testSample,
} from "./line-record"
import { amplitudeToCode, codeToAmplitude } from "./line-samples"
import {
    ACCEPT,
    CHALLENGE,
    COMMAND,
    CREDIT,
    DESCRIPTION,
    END,
    EVENT,
    HELLO,
    payloadIsGood,
    payloadLength,
    PING,
    PROOF,
    readPayload,
    REFUSAL,
    REGISTER,
    REJECT,
    SETUP,
    STATUS,
    writePayload,
} from "./messages"
import { planMove } from "./motion-plan"
import { judgeTrigger, stopNm } from "./motion-steps"
import { MOVE_GATED } from "./motion-terms"
import { PAIRS } from "./pair-list"
import { amaxOf, planPullback, rampLengthNm, speedOfVmax, vmaxOf } from "./ramp"
import { signedOf } from "./register-dump"
import {
    budgetSequence,
    TABLE_ENTRY_LENGTH,
    tableEntries,
    writeTableEntry,
} from "./sequence"
import { Hashing, sameWords, sessionSecrets } from "./session"
import { planSpeedChange } from "./speed-change"
import { TGC_LENGTH, tgcGainCdb, tgcOf, tgcStepNs, writeTgc } from "./tgc"
import { un0rickGain, un0rickHalfPeriod, un0rickWords } from "./un0rick"

const HASH = LAYOUT_HASH
let calibration = nominalCalibration()
const TEXT: Field[] = ["text:s16"]

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

async function number(
    format: string,
    value: number,
    hex: Buffer,
    read: number
): Promise<void> {
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

async function message(
    fields: readonly Field[],
    record: any,
    hex: Buffer
): Promise<void> {
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

const digest = (Buffer as any).digest
const HASHING: Hashing = {
    sha256: parts => digest(undefined, "sha256", parts),
    hmac: (key, parts) => digest(key, "sha256", parts),
}

async function greeting(
    key: Buffer,
    hello: Buffer,
    challenge: Buffer,
    secrets: Buffer[],
    proof: Buffer
): Promise<void> {
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

async function tag(
    key: Buffer,
    header: Buffer,
    payload: Buffer,
    wanted: Buffer
): Promise<void> {
    await turn()
    const none = Buffer.alloc(16)
    sameBytes(
        digest(key, "sha256", [header, none, payload]).slice(0, 16),
        wanted
    )
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

async function move(
    kind: number,
    from: number,
    asked: any[],
    limits: number[],
    reason: number,
    value: number,
    plan: any[]
): Promise<void> {
    await turn()
    const judged = planMove(
        kind,
        from,
        recordOf(ASKED, asked),
        recordOf(LIMITS, limits)
    )
    expect(judged.reason).toBe(reason)
    expect(judged.value).toBe(value)
    samePlan(judged.plan, PLAN, plan)
}

async function change(
    position: number,
    now: number,
    wanted: number,
    left: number[],
    reason: number,
    value: number,
    plan: any[]
): Promise<void> {
    await turn()
    const judged = planSpeedChange(position, now, wanted, recordOf(LEFT, left))
    expect(judged.reason).toBe(reason)
    expect(judged.value).toBe(value)
    samePlan(judged.change, CHANGE, plan)
}

async function row(state: number, next: Buffer): Promise<void> {
    await turn()
    for (let event = 0; event < next.length; ++event)
        expect(nextState(state, event)).toBe(
            next[event] === 255 ? -1 : next[event]
        )
}

async function gain(
    id: string,
    depth: number,
    start: number,
    slope: number,
    given: number[],
    hex: Buffer,
    times: number[],
    wanted: number[]
): Promise<void> {
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

async function entry(
    catheter: string,
    index: number,
    hex: Buffer
): Promise<void> {
    await turn()
    const bytes = Buffer.alloc(TABLE_ENTRY_LENGTH)
    writeTableEntry(bytes, 0, catheterOf(catheter), index)
    sameBytes(bytes, hex)
}

async function catheter(hex: Buffer, wrong: number): Promise<void> {
    await turn()
    expect(payloadIsGood(hex, 0, hex.length, CATHETER)).toBe(true)
    expect(wrongField(readPayload(hex, 0, CATHETER))).toBe(wrong)
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

const ASKED = [
    "speed_nm_s",
    "length_nm",
    "towards",
    "step_um",
    "dwell_ms",
    "trigger_rate_per_min",
    "refractory_ms",
    "timeout_ms",
]
const LIMITS = ["travel_start_nm", "travel_end_nm", "stroke_nm"]
const PLAN = [
    "kind",
    "direction",
    "speed_nm_s",
    "peak_nm_s",
    "accel_nm_s2",
    "start_nm",
    "run_up_end_nm",
    "window_start_nm",
    "window_end_nm",
    "run_down_start_nm",
    "target_nm",
    "run_up_end_ms",
    "window_start_ms",
    "window_end_ms",
    "run_down_start_ms",
    "duration_ms",
    "duration_max_ms",
    "stops",
    "step_nm",
    "step_ms",
    "settle_ms",
    "dwell_ms",
    "cycle_ms",
    "refractory_ms",
    "timeout_ms",
    "travel_start_nm",
    "travel_end_nm",
    "length_max_nm",
    "limited_by",
]
const LEFT = [
    "window_start_nm",
    "window_end_nm",
    "target_nm",
    "travel_end_nm",
    "epoch",
]
const CHANGE = [
    "speed_nm_s",
    "epoch",
    "begin_nm",
    "ramp_end_nm",
    "resume_nm",
    "window_end_nm",
    "target_nm",
    "target_first",
    "ramp_ms",
    "resume_ms",
    "window_end_ms",
    "remaining_ms",
]

describe("vectors of src/wire", () => {
    test("layout hash", async () => {
        expect(HASH).toBe(1157096165)
        expect(burst.BURST_MAGIC).toBe(827086409)
        expect(sizeOf(BURST_HEADER)).toBe(64)
    })
    test("numbers", async () => {
        await number("u8", 0, hex`00000000`, 0)
        await number("u8", 255, hex`ff000000`, 255)
        await number("u8", 256, hex`00000000`, 0)
        await number("u8", -1, hex`ff000000`, 255)
        await number("u16", 4660, hex`34120000`, 4660)
        await number("u16", 65535, hex`ffff0000`, 65535)
        await number("u16", 65537, hex`01000000`, 1)
        await number("u16", -2, hex`feff0000`, 65534)
        await number("u32", 305419896, hex`78563412`, 305419896)
        await number("u32", 2147483648, hex`00000080`, 2147483648)
        await number("u32", 3735928559, hex`efbeadde`, 3735928559)
        await number("u32", 4294967295, hex`ffffffff`, 4294967295)
        await number("u32", -1, hex`ffffffff`, 4294967295)
        await number("i32", 305419896, hex`78563412`, 305419896)
        await number("i32", 2147483647, hex`ffffff7f`, 2147483647)
        await number("i32", -2147483648, hex`00000080`, -2147483648)
        await number("i32", -1, hex`ffffffff`, -1)
        await number("i32", -250000, hex`702ffcff`, -250000)
    })
    test("texts", async () => {
        await text("", hex`00000000000000000000000000000000`, "")
        await text("a", hex`61000000000000000000000000000000`, "a")
        await text(
            "array-20mhz",
            hex`61727261792d32306d687a0000000000`,
            "array-20mhz"
        )
        await text(
            "sixteen-letters!",
            hex`7369787465656e2d6c65747465727321`,
            "sixteen-letters!"
        )
        await text(
            "more than sixteen letters",
            hex`6d6f7265207468616e20736978746565`,
            "more than sixtee"
        )
        await text(
            "two\u0000parts",
            hex`74776f00706172747300000000000000`,
            "two"
        )
        await text("café", hex`63616669000000000000000000000000`, "cafi")
    })
    test("crc32c", async () => {
        await crc(hex``, 0, 0)
        await crc(hex``, 4294967295, 4294967295)
        await crc(hex`00`, 0, 1383945041)
        await crc(hex`00`, 1157096165, 2230851765)
        await crc(hex`313233343536373839`, 0, 3808858755)
        await crc(hex`313233343536373839`, 1157096165, 1795093281)
        await crc(
            hex`0000000000000000000000000000000000000000000000000000000000000000`,
            0,
            2324772522
        )
        await crc(
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff`,
            0,
            1655221059
        )
        await crc(hex`5678393132333433`, 2147483648, 3956259100)
    })
    test("crc8", async () => {
        await shortCrc(hex``, 255)
        await shortCrc(hex`00`, 243)
        await shortCrc(hex`01`, 244)
        await shortCrc(hex`313233343536373839`, 251)
        await shortCrc(hex`0205000080bb0100`, 117)
    })
    test("seals", async () => {
        await seal(
            {
                magic: 827086409,
                version: 2,
                type: 0,
                header_length: 64,
                flags: 0,
                session: 0,
                sequence: 0,
                payload_length: 0,
                tick_us: 0,
                position_nm: 0,
                speed_nm_s: 0,
                speed_epoch: 0,
                lines: 0,
                dropped_fifo: 0,
                dropped_credit: 0,
                dropped_crc: 0,
                dropped_gate: 0,
                check: 0,
                tag_0: 0,
                tag_1: 0,
                tag_2: 0,
                tag_3: 0,
            },
            hex`49564c31020040000000000000000000000000000000000000000000000000000000000000000000000000004b906e8200000000000000000000000000000000`
        )
        await seal(
            {
                magic: 827086409,
                version: 2,
                type: 255,
                header_length: 64,
                flags: 255,
                session: 4294967295,
                sequence: 4294967295,
                payload_length: 36,
                tick_us: 4294967295,
                position_nm: -1,
                speed_nm_s: -1,
                speed_epoch: 65535,
                lines: 65535,
                dropped_fifo: 65535,
                dropped_credit: 65535,
                dropped_crc: 65535,
                dropped_gate: 65535,
                check: 4294967295,
                tag_0: 4294967295,
                tag_1: 4294967295,
                tag_2: 4294967295,
                tag_3: 4294967295,
            },
            hex`49564c3102ff40ffffffffffffffffff24000000ffffffffffffffffffffffffffffffffffffffffffffffff10f41d76ffffffffffffffffffffffffffffffff`
        )
        await seal(
            {
                magic: 827086409,
                version: 2,
                type: 164,
                header_length: 64,
                flags: 178,
                session: 3469197497,
                sequence: 3940801749,
                payload_length: 16384,
                tick_us: 572199949,
                position_nm: 1043804201,
                speed_nm_s: 1515408453,
                speed_epoch: 26721,
                lines: 30319,
                dropped_fifo: 33917,
                dropped_credit: 37515,
                dropped_crc: 41113,
                dropped_gate: 44711,
                check: 3401825461,
                tag_0: 3873429713,
                tag_1: 50066669,
                tag_2: 504827913,
                tag_3: 976432165,
            },
            hex`49564c3102a440b2b9c0c7ced5dce3ea004000000d141b222930373e454c535a61686f767d848b9299a0a7ae8cf1b442d1d8dfe6edf4fb020910171e252c333a`
        )
    })
    test("headers", async () => {
        await header(
            hex`49564c3102a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae2d651b02d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_GOOD
        )
        await header(
            hex`49564c3102a440b2b9c0c7ced5dce3ea004000000d141b222930373e454c535a61686f767d848b9299a0a7ae8cf1b442d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_GOOD
        )
        await header(
            hex`49564c3102a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae2d651b0201000000edf4fb020910171effffffff`,
            burst.HEADER_GOOD
        )
        await header(
            hex`48564c3102a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae2d651b02d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_MAGIC
        )
        await header(
            hex`49564cb102a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae2d651b02d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_MAGIC
        )
        await header(
            hex`49564c3103a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae2d651b02d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_CHECK
        )
        await header(
            hex`49564c3102a540b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae2d651b02d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_CHECK
        )
        await header(
            hex`49564c3102a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a72e2d651b02d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_CHECK
        )
        await header(
            hex`49564c3102a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae25651b02d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_CHECK
        )
        await header(
            hex`49564c3102a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae12414a62d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_CHECK
        )
        await header(
            hex`49564c3100a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae8a3977bcd1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_VERSION
        )
        await header(
            hex`49564c3101a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7aea12cb761d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_VERSION
        )
        await header(
            hex`49564c3103a440b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae0670dbdfd1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_VERSION
        )
        await header(
            hex`49564c3102a430b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae7168e8ced1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_LENGTH
        )
        await header(
            hex`49564c3102a441b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7ae0dc59441d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_LENGTH
        )
        await header(
            hex`49564c3102a440b2b9c0c7ced5dce3ea014000000d141b222930373e454c535a61686f767d848b9299a0a7aeb87aa1e0d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_OVERSIZE
        )
        await header(
            hex`49564c3102a440b2b9c0c7ced5dce3eaffffffff0d141b222930373e454c535a61686f767d848b9299a0a7aedd4e6482d1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_OVERSIZE
        )
        await header(
            hex`49564c3101a430b2b9c0c7ced5dce3ea240000000d141b222930373e454c535a61686f767d848b9299a0a7aefd2144add1d8dfe6edf4fb020910171e252c333a`,
            burst.HEADER_BAD_VERSION
        )
        await header(
            hex`00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000`,
            burst.HEADER_BAD_MAGIC
        )
    })
    test("messages", async () => {
        await message(
            HELLO,
            {
                layout_hash: 0,
                board_id_low: 0,
                board_id_high: 0,
                firmware_version: 0,
                nonce_0: 0,
                nonce_1: 0,
                nonce_2: 0,
                nonce_3: 0,
                window_bytes: 0,
            },
            hex`000000000000000000000000000000000000000000000000000000000000000000000000d22626fa`
        )
        await message(
            HELLO,
            {
                layout_hash: 4294967295,
                board_id_low: 4294967295,
                board_id_high: 4294967295,
                firmware_version: 4294967295,
                nonce_0: 4294967295,
                nonce_1: 4294967295,
                nonce_2: 4294967295,
                nonce_3: 4294967295,
                window_bytes: 4294967295,
            },
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff1662c617`
        )
        await message(
            HELLO,
            {
                layout_hash: 2525988993,
                board_id_low: 2997593245,
                board_id_high: 3469197497,
                firmware_version: 3940801749,
                nonce_0: 117438705,
                nonce_1: 572199949,
                nonce_2: 1043804201,
                nonce_3: 1515408453,
                window_bytes: 1987012705,
            },
            hex`81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a61686f766ca7d94d`
        )
        await message(
            CHALLENGE,
            {
                layout_hash: 0,
                session: 0,
                nonce_0: 0,
                nonce_1: 0,
                nonce_2: 0,
                nonce_3: 0,
            },
            hex`000000000000000000000000000000000000000000000000eeecfb84`
        )
        await message(
            CHALLENGE,
            {
                layout_hash: 4294967295,
                session: 4294967295,
                nonce_0: 4294967295,
                nonce_1: 4294967295,
                nonce_2: 4294967295,
                nonce_3: 4294967295,
            },
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffc4809a11`
        )
        await message(
            CHALLENGE,
            {
                layout_hash: 2525988993,
                session: 2997593245,
                nonce_0: 3469197497,
                nonce_1: 3940801749,
                nonce_2: 117438705,
                nonce_3: 572199949,
            },
            hex`81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b22671f66ca`
        )
        await message(
            PROOF,
            {
                nonce_0: 0,
                nonce_1: 0,
                nonce_2: 0,
                nonce_3: 0,
                proof_0: 0,
                proof_1: 0,
                proof_2: 0,
                proof_3: 0,
                proof_4: 0,
                proof_5: 0,
                proof_6: 0,
                proof_7: 0,
            },
            hex`000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000b93a8c28`
        )
        await message(
            PROOF,
            {
                nonce_0: 4294967295,
                nonce_1: 4294967295,
                nonce_2: 4294967295,
                nonce_3: 4294967295,
                proof_0: 4294967295,
                proof_1: 4294967295,
                proof_2: 4294967295,
                proof_3: 4294967295,
                proof_4: 4294967295,
                proof_5: 4294967295,
                proof_6: 4294967295,
                proof_7: 4294967295,
            },
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffba316b23`
        )
        await message(
            PROOF,
            {
                nonce_0: 2525988993,
                nonce_1: 2997593245,
                nonce_2: 3469197497,
                nonce_3: 3940801749,
                proof_0: 117438705,
                proof_1: 572199949,
                proof_2: 1043804201,
                proof_3: 1515408453,
                proof_4: 1987012705,
                proof_5: 2458616957,
                proof_6: 2930221209,
                proof_7: 3401825461,
            },
            hex`81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcc3caa7e641f8`
        )
        await message(
            ACCEPT,
            { layout_hash: 0, session: 0, credit_bytes: 0 },
            hex`0000000000000000000000005db5602b`
        )
        await message(
            ACCEPT,
            {
                layout_hash: 4294967295,
                session: 4294967295,
                credit_bytes: 4294967295,
            },
            hex`ffffffffffffffffffffffffb206b03b`
        )
        await message(
            ACCEPT,
            {
                layout_hash: 2525988993,
                session: 2997593245,
                credit_bytes: 3469197497,
            },
            hex`81888f969da4abb2b9c0c7ce96fda595`
        )
        await message(REJECT, { reason: 0 }, hex`0000d27761f1`)
        await message(REJECT, { reason: 65535 }, hex`ffff0000ffff`)
        await message(REJECT, { reason: 34945 }, hex`8188eb762f11`)
        await message(
            SETUP,
            {
                catheter: "",
                speed_nm_s: 0,
                length_nm: 0,
                frame_rate_mhz: 0,
                mode: 0,
                step_um: 0,
                dwell_ms: 0,
                trigger_rate_per_min: 0,
                refractory_ms: 0,
                timeout_ms: 0,
                data: 0,
                pair_list: 0,
                lines_per_frame: 0,
                samples_per_line: 0,
                tgc: 0,
                tgc_cdb: [
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                ],
            },
            hex`0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000009cbda93a`
        )
        await message(
            SETUP,
            {
                catheter: "",
                speed_nm_s: 4294967295,
                length_nm: 4294967295,
                frame_rate_mhz: 4294967295,
                mode: 65535,
                step_um: 65535,
                dwell_ms: 65535,
                trigger_rate_per_min: 65535,
                refractory_ms: 65535,
                timeout_ms: 65535,
                data: 65535,
                pair_list: 65535,
                lines_per_frame: 65535,
                samples_per_line: 65535,
                tgc: 65535,
                tgc_cdb: [
                    65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
                    65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
                    65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
                    65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
                ],
            },
            hex`7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff06ef3c2a`
        )
        await message(
            SETUP,
            {
                catheter: "\u0001\b\u000f\u0016\u001d$+29@GNU\\cj",
                speed_nm_s: 117438705,
                length_nm: 572199949,
                frame_rate_mhz: 1043804201,
                mode: 19525,
                step_um: 23123,
                dwell_ms: 26721,
                trigger_rate_per_min: 30319,
                refractory_ms: 33917,
                timeout_ms: 37515,
                data: 41113,
                pair_list: 44711,
                lines_per_frame: 48309,
                samples_per_line: 51907,
                tgc: 55505,
                tgc_cdb: [
                    59103, 62701, 763, 4105, 7703, 11301, 14899, 18497, 22095,
                    25693, 29291, 32889, 36487, 40085, 43683, 47281, 50879,
                    54477, 58075, 61673, 65271, 3077, 6675, 10273, 13871, 17469,
                    21067, 24665, 28263, 31861, 35459, 39057,
                ],
            },
            hex`01080f161d242b323940474e555c636af1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a91988f855564`
        )
        await message(
            COMMAND,
            { command: 0, serial: 0, argument: 0 },
            hex`000000000000000000006bf0dde3`
        )
        await message(
            COMMAND,
            { command: 65535, serial: 4294967295, argument: -1 },
            hex`ffffffffffffffffffff580bb459`
        )
        await message(
            COMMAND,
            { command: 34945, serial: 2761791119, argument: -1061571925 },
            hex`81888f969da4abb2b9c0d7f44c1a`
        )
        await message(
            REFUSAL,
            { command: 0, serial: 0, reason: 0, value: 0 },
            hex`0000000000000000000000005db5602b`
        )
        await message(
            REFUSAL,
            { command: 65535, serial: 4294967295, reason: 65535, value: -1 },
            hex`ffffffffffffffffffffffffb206b03b`
        )
        await message(
            REFUSAL,
            {
                command: 34945,
                serial: 2761791119,
                reason: 45739,
                value: -825769799,
            },
            hex`81888f969da4abb2b9c0c7ce96fda595`
        )
        await message(
            DESCRIPTION,
            {
                catheter: "",
                catheter_serial: 0,
                sample_format: 0,
                lines_per_frame: 0,
                samples_per_line: 0,
                record_length: 0,
                sample_spacing_nm: 0,
                line_period_ns: 0,
                frame_rate_mhz: 0,
                centre_frequency_khz: 0,
                sound_speed_mm_s: 0,
                catheter_radius_um: 0,
                ring_down_um: 0,
                tgc_step_ns: 0,
                tgc_cdb: [
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                ],
                encoder_nm_per_count: 0,
                microsteps_per_mm: 0,
                fclk_hz: 0,
                window_start_nm: 0,
                window_end_nm: 0,
                speed_nm_s: 0,
                mode: 0,
                step_um: 0,
                dwell_ms: 0,
                stops: 0,
                sequence_crc: 0,
                pair_list: 0,
                sample_period_ps: 0,
                first_sample_ns: 0,
                run: 0,
            },
            hex`00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000010e3025b`
        )
        await message(
            DESCRIPTION,
            {
                catheter: "",
                catheter_serial: 4294967295,
                sample_format: 65535,
                lines_per_frame: 65535,
                samples_per_line: 65535,
                record_length: 65535,
                sample_spacing_nm: 4294967295,
                line_period_ns: 4294967295,
                frame_rate_mhz: 4294967295,
                centre_frequency_khz: 4294967295,
                sound_speed_mm_s: 4294967295,
                catheter_radius_um: 65535,
                ring_down_um: 65535,
                tgc_step_ns: 65535,
                tgc_cdb: [
                    65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
                    65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
                    65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
                    65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
                ],
                encoder_nm_per_count: 4294967295,
                microsteps_per_mm: 4294967295,
                fclk_hz: 4294967295,
                window_start_nm: -1,
                window_end_nm: -1,
                speed_nm_s: -1,
                mode: 65535,
                step_um: 65535,
                dwell_ms: 65535,
                stops: 65535,
                sequence_crc: 4294967295,
                pair_list: 65535,
                sample_period_ps: 4294967295,
                first_sample_ns: 4294967295,
                run: 4294967295,
            },
            hex`7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff99517b61`
        )
        await message(
            DESCRIPTION,
            {
                catheter: "\u0001\b\u000f\u0016\u001d$+29@GNU\\cj",
                catheter_serial: 117438705,
                sample_format: 5133,
                lines_per_frame: 8731,
                samples_per_line: 12329,
                record_length: 15927,
                sample_spacing_nm: 1515408453,
                line_period_ns: 1987012705,
                frame_rate_mhz: 2458616957,
                centre_frequency_khz: 2930221209,
                sound_speed_mm_s: 3401825461,
                catheter_radius_um: 55505,
                ring_down_um: 59103,
                tgc_step_ns: 62701,
                tgc_cdb: [
                    763, 4105, 7703, 11301, 14899, 18497, 22095, 25693, 29291,
                    32889, 36487, 40085, 43683, 47281, 50879, 54477, 58075,
                    61673, 65271, 3077, 6675, 10273, 13871, 17469, 21067, 24665,
                    28263, 31861, 35459, 39057, 42655, 46253,
                ],
                encoder_nm_per_count: 3502883515,
                microsteps_per_mm: 3974487767,
                fclk_hz: 134347507,
                window_start_nm: 605885967,
                window_end_nm: 1077490219,
                speed_nm_s: 1549094471,
                mode: 27235,
                step_um: 30833,
                dwell_ms: 34431,
                stops: 38029,
                sequence_crc: 2963907227,
                pair_list: 48823,
                sample_period_ps: 3671313605,
                first_sample_ns: 4142917857,
                run: 302712061,
            },
            hex`01080f161d242b323940474e555c636af1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9d0d7dee5ecf3fa01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b12a8847ee2`
        )
        await message(
            STATUS,
            {
                state: 0,
                fault: 0,
                time_ms: 0,
                position_nm: 0,
                speed_nm_s: 0,
                fifo_lines: 0,
                lines_fired: 0,
                lines_sent: 0,
                credit_bytes: 0,
            },
            hex`0000000000000000000000000000000000000000000000000000000000000000aa36918a`
        )
        await message(
            STATUS,
            {
                state: 65535,
                fault: 65535,
                time_ms: 4294967295,
                position_nm: -1,
                speed_nm_s: -1,
                fifo_lines: 4294967295,
                lines_fired: 4294967295,
                lines_sent: 4294967295,
                credit_bytes: 4294967295,
            },
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff43aba862`
        )
        await message(
            STATUS,
            {
                state: 34945,
                fault: 38543,
                time_ms: 2997593245,
                position_nm: -825769799,
                speed_nm_s: -354165547,
                fifo_lines: 117438705,
                lines_fired: 572199949,
                lines_sent: 1043804201,
                credit_bytes: 1515408453,
            },
            hex`81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a71ad38a7`
        )
        await message(
            EVENT,
            { code: 0, time_ms: 0, value: 0 },
            hex`000000000000000000006bf0dde3`
        )
        await message(
            EVENT,
            { code: 65535, time_ms: 4294967295, value: -1 },
            hex`ffffffffffffffffffff580bb459`
        )
        await message(
            EVENT,
            { code: 34945, time_ms: 2761791119, value: -1061571925 },
            hex`81888f969da4abb2b9c0d7f44c1a`
        )
        await message(
            END,
            {
                outcome: 0,
                lines_fired: 0,
                lines_sent: 0,
                lines_dropped_fifo: 0,
                lines_dropped_credit: 0,
                lines_dropped_crc: 0,
                lines_dropped_gate: 0,
                bursts_sent: 0,
                window_start_nm: 0,
                window_end_nm: 0,
                speed_error_ppm: 0,
                run: 0,
            },
            hex`000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000007a8fe66d`
        )
        await message(
            END,
            {
                outcome: 65535,
                lines_fired: 4294967295,
                lines_sent: 4294967295,
                lines_dropped_fifo: 4294967295,
                lines_dropped_credit: 4294967295,
                lines_dropped_crc: 4294967295,
                lines_dropped_gate: 4294967295,
                bursts_sent: 4294967295,
                window_start_nm: -1,
                window_end_nm: -1,
                speed_error_ppm: -1,
                run: 4294967295,
            },
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7082b2ae`
        )
        await message(
            END,
            {
                outcome: 34945,
                lines_fired: 2761791119,
                lines_sent: 3233395371,
                lines_dropped_fifo: 3704999623,
                lines_dropped_credit: 4176603875,
                lines_dropped_crc: 336398079,
                lines_dropped_gate: 808002075,
                bursts_sent: 1279606327,
                window_start_nm: 1751210579,
                window_end_nm: -2072152465,
                speed_error_ppm: -1600548213,
                run: 3166023335,
            },
            hex`81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bca9e90f3a`
        )
        await message(
            REGISTER,
            {
                serial: 0,
                index: 0,
                count: 0,
                chip: 0,
                address: 0,
                source: 0,
                value: 0,
            },
            hex`00000000000000000000000000000000000024cd25c9`
        )
        await message(
            REGISTER,
            {
                serial: 4294967295,
                index: 65535,
                count: 65535,
                chip: 65535,
                address: 65535,
                source: 65535,
                value: 4294967295,
            },
            hex`ffffffffffffffffffffffffffffffffffffc2cc02cc`
        )
        await message(
            REGISTER,
            {
                serial: 2525988993,
                index: 42141,
                count: 45739,
                chip: 49337,
                address: 52935,
                source: 56533,
                value: 4176603875,
            },
            hex`81888f969da4abb2b9c0c7ced5dce3eaf1f88da66515`
        )
        await message(CREDIT, { limit_bytes: 0 }, hex`00000000c74b6748`)
        await message(
            CREDIT,
            { limit_bytes: 4294967295 },
            hex`ffffffffffffffff`
        )
        await message(
            CREDIT,
            { limit_bytes: 2525988993 },
            hex`81888f963d8a47dc`
        )
        await message(PING, { value: 0 }, hex`00000000c74b6748`)
        await message(PING, { value: 4294967295 }, hex`ffffffffffffffff`)
        await message(PING, { value: 2525988993 }, hex`81888f963d8a47dc`)
        await message(
            PAIRS,
            { list_crc: 0, total: 0, first: 0, count: 0 },
            hex`000000000000000000006bf0dde3`
        )
        await message(
            PAIRS,
            { list_crc: 4294967295, total: 65535, first: 65535, count: 65535 },
            hex`ffffffffffffffffffff580bb459`
        )
        await message(
            PAIRS,
            { list_crc: 2525988993, total: 42141, first: 45739, count: 49337 },
            hex`81888f969da4abb2b9c0d7f44c1a`
        )
        await message(
            CATHETER,
            {
                id: "",
                kind: 0,
                front_end: 0,
                centre_frequency_khz: 0,
                elements: 0,
                firings_per_frame: 0,
                pair_span: 0,
                pair_lead: 0,
                lines_per_frame: 0,
                samples_per_line: 0,
                depth_um: 0,
                depth_max_um: 0,
                catheter_radius_um: 0,
                ring_down_um: 0,
                tgc_start_cdb: 0,
                tgc_slope_cdb_per_mm: 0,
                stroke_um: 0,
                pulse_cycles: 0,
                burst_max_cycles: 0,
                prf_max_hz: 0,
                pulses_max_per_s: 0,
                supply_mv: 0,
                element_ff: 0,
                power_max_uw: 0,
                rpm_min: 0,
                rpm_max: 0,
                rotor_sign: 0,
            },
            hex`0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000009a93d7f3`
        )
        await message(
            CATHETER,
            {
                id: "",
                kind: 255,
                front_end: 255,
                centre_frequency_khz: 4294967295,
                elements: 65535,
                firings_per_frame: 65535,
                pair_span: 65535,
                pair_lead: 65535,
                lines_per_frame: 65535,
                samples_per_line: 65535,
                depth_um: 4294967295,
                depth_max_um: 4294967295,
                catheter_radius_um: 65535,
                ring_down_um: 65535,
                tgc_start_cdb: 65535,
                tgc_slope_cdb_per_mm: 65535,
                stroke_um: 4294967295,
                pulse_cycles: 255,
                burst_max_cycles: 255,
                prf_max_hz: 4294967295,
                pulses_max_per_s: 4294967295,
                supply_mv: 4294967295,
                element_ff: 4294967295,
                power_max_uw: 4294967295,
                rpm_min: 65535,
                rpm_max: 65535,
                rotor_sign: -1,
            },
            hex`7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffb564ec1a`
        )
        await message(
            CATHETER,
            {
                id: "\u0001\b\u000f\u0016\u001d$+29@GNU\\cj",
                kind: 241,
                front_end: 248,
                centre_frequency_khz: 336398079,
                elements: 8731,
                firings_per_frame: 12329,
                pair_span: 15927,
                pair_lead: 19525,
                lines_per_frame: 23123,
                samples_per_line: 26721,
                depth_um: 2222814831,
                depth_max_um: 2694419083,
                catheter_radius_um: 44711,
                ring_down_um: 48309,
                tgc_start_cdb: 51907,
                tgc_slope_cdb_per_mm: 55505,
                stroke_um: 4109231839,
                pulse_cycles: 251,
                burst_max_cycles: 2,
                prf_max_hz: 504827913,
                pulses_max_per_s: 976432165,
                supply_mv: 1448036417,
                element_ff: 1919640669,
                power_max_uw: 2391244921,
                rpm_min: 40085,
                rpm_max: 43683,
                rotor_sign: -960513871,
            },
            hex`01080f161d242b323940474e555c636af1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6fbb7ba35`
        )
    })
    test("lines", async () => {
        await line(
            {
                line: 0,
                frame: 0,
                index: 0,
                tick_us: 0,
                position_counts: 0,
                flags: 0,
                samples: 1,
            },
            hex`00`,
            hex`000000000000000000000000000000000000010000eff21b6b`
        )
        await line(
            {
                line: 4294967295,
                frame: 65535,
                index: 65535,
                tick_us: 4294967295,
                position_counts: -1,
                flags: 65535,
                samples: 4,
            },
            hex`0055aaff`,
            hex`ffffffffffffffffffffffffffffffffffff04000055aaffdf31181a`
        )
        await line(
            {
                line: 2525988993,
                frame: 42141,
                index: 45739,
                tick_us: 3469197497,
                position_counts: -354165547,
                flags: 63729,
                samples: 16,
            },
            hex`0055aaff54a9fe53a8fd52a7fc51a6fb`,
            hex`81888f969da4abb2b9c0c7ced5dce3eaf1f810000055aaff54a9fe53a8fd52a7fc51a6fb284604d1`
        )
    })
    test("greetings", async () => {
        await greeting(
            hex`808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f`,
            hex`49564c3102014000000000000000000028000000000000000000000000000000000000000000000000000000f4b7a6ab00000000000000000000000000000000e5e2f744efcdab89674523010002000000112233445566778899aabbccddeeff0001010013eb495d`,
            hex`49564c310202400001000000000000001c00000000000000000000000000000000000000000000000000000086f5c27400000000000000000000000000000000e5e2f74401000000101112131415161718191a1b1c1d1e1f87bd3023`,
            [
                hex`f2e749efa6c065600fcd5868ccc455d06dfbe2e39c407ccfbdc2fd5d86460938`,
                hex`40cabfd64b6c29f513e977ff47a3c9d25956bb0a9078a88d20b4ce58644c7bd0`,
                hex`aa57a249a21e462d6b297d56cb8fcf6c353ef0cd4f52d8681d5de08eb0e81091`,
                hex`2fedd951333289fe3bb14fc89e105fd1c3bdcd18602f44fd3efa4831199074bc`,
            ],
            hex`49564c3102034000010000000100000034000000000000000000000000000000000000000000000000000000f202ac60e2a86dfd29e845d46ee0ae7faca4c97f00112233445566778899aabbccddeefff2e749efa6c065600fcd5868ccc455d06dfbe2e39c407ccfbdc2fd5d8646093889bf56ba`
        )
        await greeting(
            hex`0000000000000000000000000000000000000000000000000000000000000000`,
            hex`49564c3102014000000000000000000028000000000000000000000000000000000000000000000000000000f4b7a6ab00000000000000000000000000000000e5e2f744efcdab8967452301000200000000000000000000000000000000000000010100933ef063`,
            hex`49564c3102024000ffffffff000000001c0000000000000000000000000000000000000000000000000000001797d74200000000000000000000000000000000e5e2f744ffffffffffffffffffffffffffffffffffffffff80f5691f`,
            [
                hex`948351a44065aae46b52ed97772b8581b872822eb8659e8279f66358aa63f0f2`,
                hex`efd4e285654d475832a05570019e24eb74db2a6000e9911852ec871c4e84ca80`,
                hex`b4053948c739538bbc9b6f10f0c3d10c815eaf3e8516e99ef6405ccd257d138c`,
                hex`018adf49f77d4637c5b46802d35444bdb202a27c5f936563f41d16dae1d4695f`,
            ],
            hex`49564c3102034000ffffffff01000000340000000000000000000000000000000000000000000000000000006360b9568f8c4ea74571492b197c1e8a72a8928300000000000000000000000000000000948351a44065aae46b52ed97772b8581b872822eb8659e8279f66358aa63f0f2ae7840ce`
        )
    })
    test("tags", async () => {
        await tag(
            hex`00050a0f14191e23282d32373c41464b50555a5f64696e73787d82878c91969b`,
            hex`49564c3102304000070000000300000008000000000000000000000000000000000000000000000000000000b1395a51`,
            hex`0102030405060708`,
            hex`11a22bb806c8dc649d0308798c47dc12`
        )
        await tag(
            hex`01060b10151a1f24292e33383d42474c51565b60656a6f74797e83888d92979c`,
            hex`49564c3102314000070000000300000008000000000000000000000000000000000000000000000000000000cf38a471`,
            hex`0102030405060708`,
            hex`d6f58322a9e29ecb435197b10cde49ff`
        )
        await tag(
            hex`02070c11161b20252a2f34393e43484d52575c61666b70757a7f84898e93989d`,
            hex`49564c3102304000070000000400000008000000000000000000000000000000000000000000000000000000c00b2ae1`,
            hex`0102030405060708`,
            hex`92fdc2504abf5e1cbd4797f93da6f7f9`
        )
        await tag(
            hex`03080d12171c21262b30353a3f44494e53585d62676c71767b80858a8f94999e`,
            hex`49564c31021140000700000005000000403d00000100000000000000000000000000380000000000000000008472ef40`,
            await ruled(15680),
            hex`fea29b616fc37e3ce671b59d680976ab`
        )
        await tag(
            hex`04090e13181d22272c31363b40454a4f54595e63686d72777c81868b90959a9f`,
            hex`49564c3102114000070000000600000000000000000000000000000000000000000000000000000000000000b9ab19b0`,
            hex``,
            hex`e8f4e3d59ffa5d8ae14635639346af3b`
        )
    })
    test("test lines", async () => {
        await testLine(0, hex`000102030405060708090a0b0c0d0e0f`)
        await testLine(1, hex`030405060708090a0b0c0d0e0f101112`)
        await testLine(13, hex`2728292a2b2c2d2e2f30313233343536`)
        await testLine(85, hex`ff000102030405060708090a0b0c0d0e`)
        await testLine(255, hex`fdfeff000102030405060708090a0b0c`)
    })
    test("companding", async () => {
        close(codeToAmplitude(-1), 0)
        close(codeToAmplitude(0), 0)
        close(codeToAmplitude(1), 0.000259488220069)
        close(codeToAmplitude(2), 0.000268062025058)
        close(codeToAmplitude(64), 0.00201154342153)
        close(codeToAmplitude(127), 0.015593412817)
        close(codeToAmplitude(128), 0.0161086380575)
        close(codeToAmplitude(200), 0.167312894203)
        close(codeToAmplitude(254), 0.968015592708)
        close(codeToAmplitude(255), 1)
        expect(amplitudeToCode(-1)).toBe(0)
        expect(amplitudeToCode(0)).toBe(0)
        expect(amplitudeToCode(1e-9)).toBe(0)
        expect(amplitudeToCode(0.000251)).toBe(0)
        expect(amplitudeToCode(0.00026)).toBe(1)
        expect(amplitudeToCode(0.001)).toBe(43)
        expect(amplitudeToCode(0.0158)).toBe(127)
        expect(amplitudeToCode(0.1)).toBe(184)
        expect(amplitudeToCode(0.5)).toBe(234)
        expect(amplitudeToCode(0.99)).toBe(255)
        expect(amplitudeToCode(1)).toBe(255)
        expect(amplitudeToCode(7)).toBe(255)
        for (let i = 0; i < 256; ++i) {
            await turn()
            expect(amplitudeToCode(codeToAmplitude(i))).toBe(i)
        }
    })
    test("speeds", async () => {
        expect(vmaxOf(250000, 51200, 8000000)).toBe(26844)
        close(speedOfVmax(26844, 51200, 8000000), 250004.23193)
        expect(vmaxOf(500000, 51200, 8000000)).toBe(53687)
        close(speedOfVmax(53687, 51200, 8000000), 499999.150634)
        expect(vmaxOf(1000000, 51200, 8000000)).toBe(107374)
        close(speedOfVmax(107374, 51200, 8000000), 999998.301268)
        expect(vmaxOf(2000000, 51200, 8000000)).toBe(214748)
        close(speedOfVmax(214748, 51200, 8000000), 1999996.60254)
        expect(vmaxOf(2500000, 51200, 8000000)).toBe(268435)
        close(speedOfVmax(268435, 51200, 8000000), 2499995.75317)
        expect(vmaxOf(5000000, 51200, 8000000)).toBe(536871)
        close(speedOfVmax(536871, 51200, 8000000), 5000000.81956)
        expect(vmaxOf(9000000, 51200, 8000000)).toBe(966368)
        close(speedOfVmax(966368, 51200, 8000000), 9000003.33786)
        expect(vmaxOf(10000000, 51200, 8000000)).toBe(1073742)
        close(speedOfVmax(1073742, 51200, 8000000), 10000001.6391)
        expect(vmaxOf(250000, 51200, 12000000)).toBe(17896)
        close(speedOfVmax(17896, 51200, 12000000), 250004.23193)
        expect(vmaxOf(500000, 51200, 12000000)).toBe(35791)
        close(speedOfVmax(35791, 51200, 12000000), 499994.494021)
        expect(vmaxOf(1000000, 51200, 12000000)).toBe(71583)
        close(speedOfVmax(71583, 51200, 12000000), 1000002.95788)
        expect(vmaxOf(2000000, 51200, 12000000)).toBe(143166)
        close(speedOfVmax(143166, 51200, 12000000), 2000005.91576)
        expect(vmaxOf(2500000, 51200, 12000000)).toBe(178957)
        close(speedOfVmax(178957, 51200, 12000000), 2500000.40978)
        expect(vmaxOf(5000000, 51200, 12000000)).toBe(357914)
        close(speedOfVmax(357914, 51200, 12000000), 5000000.81956)
        expect(vmaxOf(9000000, 51200, 12000000)).toBe(644245)
        close(speedOfVmax(644245, 51200, 12000000), 8999998.68125)
        expect(vmaxOf(10000000, 51200, 12000000)).toBe(715828)
        close(speedOfVmax(715828, 51200, 12000000), 10000001.6391)
        expect(vmaxOf(250000, 51200, 12500000)).toBe(17180)
        close(speedOfVmax(17180, 51200, 12500000), 250001.903623)
        expect(vmaxOf(500000, 51200, 12500000)).toBe(34360)
        close(speedOfVmax(34360, 51200, 12500000), 500003.807247)
        expect(vmaxOf(1000000, 51200, 12500000)).toBe(68719)
        close(speedOfVmax(68719, 51200, 12500000), 999993.062578)
        expect(vmaxOf(2000000, 51200, 12500000)).toBe(137439)
        close(speedOfVmax(137439, 51200, 12500000), 2000000.67707)
        expect(vmaxOf(2500000, 51200, 12500000)).toBe(171799)
        close(speedOfVmax(171799, 51200, 12500000), 2500004.48432)
        expect(vmaxOf(5000000, 51200, 12500000)).toBe(343597)
        close(speedOfVmax(343597, 51200, 12500000), 4999994.41672)
        expect(vmaxOf(9000000, 51200, 12500000)).toBe(618475)
        close(speedOfVmax(618475, 51200, 12500000), 8999995.77086)
        expect(vmaxOf(10000000, 51200, 12500000)).toBe(687195)
        close(speedOfVmax(687195, 51200, 12500000), 10000003.3854)
        expect(vmaxOf(250000, 51200, 16000000)).toBe(13422)
        close(speedOfVmax(13422, 51200, 16000000), 250004.23193)
        expect(vmaxOf(500000, 51200, 16000000)).toBe(26844)
        close(speedOfVmax(26844, 51200, 16000000), 500008.46386)
        expect(vmaxOf(1000000, 51200, 16000000)).toBe(53687)
        close(speedOfVmax(53687, 51200, 16000000), 999998.301268)
        expect(vmaxOf(2000000, 51200, 16000000)).toBe(107374)
        close(speedOfVmax(107374, 51200, 16000000), 1999996.60254)
        expect(vmaxOf(2500000, 51200, 16000000)).toBe(134218)
        close(speedOfVmax(134218, 51200, 16000000), 2500005.06639)
        expect(vmaxOf(5000000, 51200, 16000000)).toBe(268435)
        close(speedOfVmax(268435, 51200, 16000000), 4999991.50634)
        expect(vmaxOf(9000000, 51200, 16000000)).toBe(483184)
        close(speedOfVmax(483184, 51200, 16000000), 9000003.33786)
        expect(vmaxOf(10000000, 51200, 16000000)).toBe(536871)
        close(speedOfVmax(536871, 51200, 16000000), 10000001.6391)
        expect(vmaxOf(250000, 25600, 16000000)).toBe(6711)
        close(speedOfVmax(6711, 25600, 16000000), 250004.23193)
        expect(vmaxOf(500000, 25600, 16000000)).toBe(13422)
        close(speedOfVmax(13422, 25600, 16000000), 500008.46386)
        expect(vmaxOf(1000000, 25600, 16000000)).toBe(26844)
        close(speedOfVmax(26844, 25600, 16000000), 1000016.92772)
        expect(vmaxOf(2000000, 25600, 16000000)).toBe(53687)
        close(speedOfVmax(53687, 25600, 16000000), 1999996.60254)
        expect(vmaxOf(2500000, 25600, 16000000)).toBe(67109)
        close(speedOfVmax(67109, 25600, 16000000), 2500005.06639)
        expect(vmaxOf(5000000, 25600, 16000000)).toBe(134218)
        close(speedOfVmax(134218, 25600, 16000000), 5000010.13279)
        expect(vmaxOf(9000000, 25600, 16000000)).toBe(241592)
        close(speedOfVmax(241592, 25600, 16000000), 9000003.33786)
        expect(vmaxOf(10000000, 25600, 16000000)).toBe(268435)
        close(speedOfVmax(268435, 25600, 16000000), 9999983.01268)
    })
    test("accelerations", async () => {
        expect(amaxOf(1000000, 51200, 8000000)).toBe(1759)
        expect(amaxOf(20000000, 51200, 8000000)).toBe(35184)
        expect(amaxOf(200000000, 51200, 8000000)).toBe(351844)
        expect(amaxOf(1000000, 51200, 12000000)).toBe(782)
        expect(amaxOf(20000000, 51200, 12000000)).toBe(15637)
        expect(amaxOf(200000000, 51200, 12000000)).toBe(156375)
        expect(amaxOf(1000000, 51200, 12500000)).toBe(721)
        expect(amaxOf(20000000, 51200, 12500000)).toBe(14412)
        expect(amaxOf(200000000, 51200, 12500000)).toBe(144115)
        expect(amaxOf(1000000, 51200, 16000000)).toBe(440)
        expect(amaxOf(20000000, 51200, 16000000)).toBe(8796)
        expect(amaxOf(200000000, 51200, 16000000)).toBe(87961)
        expect(amaxOf(1000000, 25600, 16000000)).toBe(220)
        expect(amaxOf(20000000, 25600, 16000000)).toBe(4398)
        expect(amaxOf(200000000, 25600, 16000000)).toBe(43980)
    })
    test("signs", async () => {
        expect(signedOf(0, 24)).toBe(0)
        expect(signedOf(1, 24)).toBe(1)
        expect(signedOf(8388607, 24)).toBe(8388607)
        expect(signedOf(8388608, 24)).toBe(-8388608)
        expect(signedOf(16777215, 24)).toBe(-1)
        expect(signedOf(4279383126, 24)).toBe(1193046)
        expect(signedOf(0, 32)).toBe(0)
        expect(signedOf(1, 32)).toBe(1)
        expect(signedOf(2147483647, 32)).toBe(2147483647)
        expect(signedOf(2147483648, 32)).toBe(-2147483648)
        expect(signedOf(4294967295, 32)).toBe(-1)
        expect(signedOf(1, 1)).toBe(-1)
    })
    test("calibrations", async () => {
        await turn()
        expect(
            judgeCalibration(
                hex`01000000001bb70000400d03e80300000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000007d29a7bf`
            )
        ).toBe(0)
        calibration = readCalibration(
            hex`01000000001bb70000400d03e80300000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000007d29a7bf`
        )
        close(screwErrorNm(calibration, 0), 0)
        close(screwSpeedFactor(calibration, 0), 1)
        close(screwErrorNm(calibration, 1), 0)
        close(screwSpeedFactor(calibration, 1), 1)
        close(screwErrorNm(calibration, 25600), 0)
        close(screwSpeedFactor(calibration, 25600), 1)
        close(screwErrorNm(calibration, 51199), 0)
        close(screwSpeedFactor(calibration, 51199), 1)
        close(screwErrorNm(calibration, 51200), 0)
        close(screwSpeedFactor(calibration, 51200), 1)
        close(screwErrorNm(calibration, 123457), 0)
        close(screwSpeedFactor(calibration, 123457), 1)
        close(screwErrorNm(calibration, -7), 0)
        close(screwSpeedFactor(calibration, -7), 1)
        await turn()
        expect(
            judgeCalibration(
                hex`010020004099bc00d2440d03e80300005014000000000000cf03000079070000da0a0000d00d00003d1000000b1200002813000088130000281300000b1200003d100000d00d0000da0a000079070000cf0300000000000031fcffff87f8ffff26f5ffff30f2ffffc3effffff5edffffd8ecffff78ecffffd8ecfffff5edffffc3efffff30f2ffff26f5ffff87f8ffff31fcffff9059c0b0`
            )
        ).toBe(0)
        calibration = readCalibration(
            hex`010020004099bc00d2440d03e80300005014000000000000cf03000079070000da0a0000d00d00003d1000000b1200002813000088130000281300000b1200003d100000d00d0000da0a000079070000cf0300000000000031fcffff87f8ffff26f5ffff30f2ffffc3effffff5edffffd8ecffff78ecffffd8ecfffff5edffffc3efffff30f2ffff26f5ffff87f8ffff31fcffff9059c0b0`
        )
        close(screwErrorNm(calibration, 0), 0)
        close(screwSpeedFactor(calibration, 0), 1.03120075196875)
        close(screwErrorNm(calibration, 1), 0.609375)
        close(screwSpeedFactor(calibration, 1), 1.0312003819598323)
        close(screwErrorNm(calibration, 25600), 0)
        close(screwSpeedFactor(calibration, 25600), 0.96879924803125)
        close(screwErrorNm(calibration, 51199), -0.6093749999994458)
        close(screwSpeedFactor(calibration, 51199), 1.0312003819598323)
        close(screwErrorNm(calibration, 51200), 0)
        close(screwSpeedFactor(calibration, 51200), 1.03120075196875)
        close(screwErrorNm(calibration, 123457), 2639.0593750000035)
        close(screwSpeedFactor(calibration, 123457), 0.9735687629812422)
        close(screwErrorNm(calibration, -7), -4.265624999999584)
        close(screwSpeedFactor(calibration, -7), 1.0311981619063268)
        await turn()
        expect(
            judgeCalibration(
                hex`010000000024f40000400d03e803000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000086db1d91`
            )
        ).toBe(0)
        calibration = readCalibration(
            hex`010000000024f40000400d03e803000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000086db1d91`
        )
        close(screwErrorNm(calibration, 0), 0)
        close(screwSpeedFactor(calibration, 0), 1)
        close(screwErrorNm(calibration, 1), 0)
        close(screwSpeedFactor(calibration, 1), 1)
        close(screwErrorNm(calibration, 25600), 0)
        close(screwSpeedFactor(calibration, 25600), 1)
        close(screwErrorNm(calibration, 51199), 0)
        close(screwSpeedFactor(calibration, 51199), 1)
        close(screwErrorNm(calibration, 51200), 0)
        close(screwSpeedFactor(calibration, 51200), 1)
        close(screwErrorNm(calibration, 123457), 0)
        close(screwSpeedFactor(calibration, 123457), 1)
        close(screwErrorNm(calibration, -7), 0)
        close(screwSpeedFactor(calibration, -7), 1)
        await turn()
        expect(
            judgeCalibration(
                hex`010000008096980000400d03e803000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000044a685f0`
            )
        ).toBe(4)
        await turn()
        expect(
            judgeCalibration(
                hex`01000000001bb70000e01c03e803000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000041e53425`
            )
        ).toBe(4)
        await turn()
        expect(judgeCalibration(hex``)).toBe(1)
        await turn()
        expect(
            judgeCalibration(
                hex`01000000001bb70000400d03e80300000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000007d29a7`
            )
        ).toBe(2)
        await turn()
        expect(
            judgeCalibration(
                hex`010020004099bc00d2440d03e80300005014000000000000cf03000079072000da0a0000d00d00003d1000000b1200002813000088130000281300000b1200003d100000d00d0000da0a000079070000cf0300000000000031fcffff87f8ffff26f5ffff30f2ffffc3effffff5edffffd8ecffff78ecffffd8ecfffff5edffffc3efffff30f2ffff26f5ffff87f8ffff31fcffff9059c0b0`
            )
        ).toBe(2)
    })
    test("ramps", async () => {
        expect(rampLengthNm(1)).toBe(1)
        expect(rampLengthNm(250000)).toBe(1563)
        expect(rampLengthNm(500000)).toBe(6250)
        expect(rampLengthNm(1000000)).toBe(25000)
        expect(rampLengthNm(2000000)).toBe(100000)
        expect(rampLengthNm(2500000)).toBe(156250)
        expect(rampLengthNm(5000000)).toBe(625000)
        expect(rampLengthNm(9000000)).toBe(2025000)
        expect(rampLengthNm(10000000)).toBe(2500000)
    })
    test("pullbacks", async () => {
        sameFields(
            planPullback(1000000, 250000, 1000000),
            {
                start_nm: 1000000,
                window_start_nm: 1102000,
                window_end_nm: 2102000,
                target_nm: 2154000,
                duration_ms: 4629,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 250000, 20000000),
            {
                start_nm: 1000000,
                window_start_nm: 1102000,
                window_end_nm: 21102000,
                target_nm: 21154000,
                duration_ms: 80629,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 250000, 150000000),
            {
                start_nm: 1000000,
                window_start_nm: 1102000,
                window_end_nm: 151102000,
                target_nm: 151154000,
                duration_ms: 600629,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 500000, 1000000),
            {
                start_nm: 1000000,
                window_start_nm: 1207000,
                window_end_nm: 2207000,
                target_nm: 2314000,
                duration_ms: 2653,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 500000, 20000000),
            {
                start_nm: 1000000,
                window_start_nm: 1207000,
                window_end_nm: 21207000,
                target_nm: 21314000,
                duration_ms: 40653,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 500000, 150000000),
            {
                start_nm: 1000000,
                window_start_nm: 1207000,
                window_end_nm: 151207000,
                target_nm: 151314000,
                duration_ms: 300653,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 1000000, 1000000),
            {
                start_nm: 1000000,
                window_start_nm: 1425000,
                window_end_nm: 2425000,
                target_nm: 2650000,
                duration_ms: 1700,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 1000000, 20000000),
            {
                start_nm: 1000000,
                window_start_nm: 1425000,
                window_end_nm: 21425000,
                target_nm: 21650000,
                duration_ms: 20700,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 1000000, 150000000),
            {
                start_nm: 1000000,
                window_start_nm: 1425000,
                window_end_nm: 151425000,
                target_nm: 151650000,
                duration_ms: 150700,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 2000000, 1000000),
            {
                start_nm: 1000000,
                window_start_nm: 1900000,
                window_end_nm: 2900000,
                target_nm: 3400000,
                duration_ms: 1300,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 2000000, 20000000),
            {
                start_nm: 1000000,
                window_start_nm: 1900000,
                window_end_nm: 21900000,
                target_nm: 22400000,
                duration_ms: 10800,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 2000000, 150000000),
            {
                start_nm: 1000000,
                window_start_nm: 1900000,
                window_end_nm: 151900000,
                target_nm: 152400000,
                duration_ms: 75800,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 2500000, 1000000),
            {
                start_nm: 1000000,
                window_start_nm: 2157000,
                window_end_nm: 3157000,
                target_nm: 3814000,
                duration_ms: 1251,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 2500000, 20000000),
            {
                start_nm: 1000000,
                window_start_nm: 2157000,
                window_end_nm: 22157000,
                target_nm: 22814000,
                duration_ms: 8851,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 2500000, 150000000),
            {
                start_nm: 1000000,
                window_start_nm: 2157000,
                window_end_nm: 152157000,
                target_nm: 152814000,
                duration_ms: 60851,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 5000000, 1000000),
            {
                start_nm: 1000000,
                window_start_nm: 3625000,
                window_end_nm: 4625000,
                target_nm: 6250000,
                duration_ms: 1300,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 5000000, 20000000),
            {
                start_nm: 1000000,
                window_start_nm: 3625000,
                window_end_nm: 23625000,
                target_nm: 25250000,
                duration_ms: 5100,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 5000000, 150000000),
            {
                start_nm: 1000000,
                window_start_nm: 3625000,
                window_end_nm: 153625000,
                target_nm: 155250000,
                duration_ms: 31100,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 9000000, 1000000),
            {
                start_nm: 1000000,
                window_start_nm: 6625000,
                window_end_nm: 7625000,
                target_nm: 11450000,
                duration_ms: 1612,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 9000000, 20000000),
            {
                start_nm: 1000000,
                window_start_nm: 6625000,
                window_end_nm: 26625000,
                target_nm: 30450000,
                duration_ms: 3723,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 9000000, 150000000),
            {
                start_nm: 1000000,
                window_start_nm: 6625000,
                window_end_nm: 156625000,
                target_nm: 160450000,
                duration_ms: 18167,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 10000000, 1000000),
            {
                start_nm: 1000000,
                window_start_nm: 7500000,
                window_end_nm: 8500000,
                target_nm: 13000000,
                duration_ms: 1700,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 10000000, 20000000),
            {
                start_nm: 1000000,
                window_start_nm: 7500000,
                window_end_nm: 27500000,
                target_nm: 32000000,
                duration_ms: 3600,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
        sameFields(
            planPullback(1000000, 10000000, 150000000),
            {
                start_nm: 1000000,
                window_start_nm: 7500000,
                window_end_nm: 157500000,
                target_nm: 162000000,
                duration_ms: 16600,
            },
            [
                "start_nm:i32",
                "window_start_nm:i32",
                "window_end_nm:i32",
                "target_nm:i32",
                "duration_ms:i32",
            ] as any
        )
    })
    test("moves", async () => {
        await move(
            1,
            1000000,
            [250000, 150000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                1, 1, 250000, 250000, 20000000, 1000000, 1001563, 1102000,
                151102000, 151152437, 151154000, 13, 414, 600414, 600616,
                600629, 600629, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000,
                150000000, 1,
            ]
        )
        await move(
            1,
            1000000,
            [500000, 150000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                1, 1, 500000, 500000, 20000000, 1000000, 1006250, 1207000,
                151207000, 151307750, 151314000, 25, 427, 300427, 300628,
                300653, 300653, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000,
                150000000, 1,
            ]
        )
        await move(
            1,
            1000000,
            [5000000, 150000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                1, 1, 5000000, 5000000, 20000000, 1000000, 1625000, 3625000,
                153625000, 154625000, 155250000, 250, 650, 30650, 30850, 31100,
                31100, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000, 150000000, 1,
            ]
        )
        await move(
            1,
            1000000,
            [9000000, 150000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                1, 1, 9000000, 9000000, 20000000, 1000000, 3025000, 6625000,
                156625000, 158425000, 160450000, 450, 850, 17517, 17717, 18167,
                18167, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000, 150000000, 1,
            ]
        )
        await move(
            1,
            1000000,
            [10000000, 150000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                1, 1, 10000000, 10000000, 20000000, 1000000, 3500000, 7500000,
                157500000, 159500000, 162000000, 500, 900, 15900, 16100, 16600,
                16600, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000, 150000000, 1,
            ]
        )
        await move(
            1,
            3000499,
            [1230000, 33333000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                1, 1, 1230000, 1230000, 20000000, 3000000, 3037823, 3530000,
                36863000, 37109177, 37147000, 62, 462, 27562, 27762, 27824,
                27824, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000, 150000000, 1,
            ]
        )
        await move(
            1,
            1000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 100000000],
            0,
            0,
            [
                1, 1, 1000000, 1000000, 20000000, 1000000, 1025000, 1425000,
                21425000, 21625000, 21650000, 50, 450, 20450, 20650, 20700,
                20700, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000, 100000000, 2,
            ]
        )
        await move(
            1,
            100000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                1, 1, 1000000, 1000000, 20000000, 100000000, 100025000,
                100425000, 120425000, 120625000, 120650000, 50, 450, 20450,
                20650, 20700, 20700, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000,
                63350000, 3,
            ]
        )
        await move(
            2,
            101000000,
            [10000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                2, -1, 10000000, 10000000, 20000000, 101000000, 98500000,
                101000000, 101000000, 3500000, 1000000, 500, 0, 0, 10000, 10500,
                10500, 0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000, 0, 0,
            ]
        )
        await move(
            2,
            1234567,
            [10000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                2, -1, 10000000, 2167948, 20000000, 1235000, 1117500, 1235000,
                1235000, 1117500, 1000000, 108, 0, 0, 108, 217, 217, 0, 0, 0, 0,
                0, 0, 0, 0, 500000, 164000000, 0, 0,
            ]
        )
        await move(
            2,
            1000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                2, 0, 1000000, 0, 20000000, 1000000, 1000000, 1000000, 1000000,
                1000000, 1000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                500000, 164000000, 0, 0,
            ]
        )
        await move(
            2,
            -200500,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                2, 1, 1000000, 1000000, 20000000, -200000, -175000, -200000,
                -200000, 975000, 1000000, 50, 0, 0, 1200, 1250, 1250, 0, 0, 0,
                0, 0, 0, 0, 0, 500000, 164000000, 0, 0,
            ]
        )
        await move(
            3,
            10000000,
            [1000000, 20000000, -1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                3, -1, 1000000, 1000000, 20000000, 10000000, 9975000, 10000000,
                10000000, 525000, 500000, 50, 0, 0, 9500, 9550, 9550, 0, 0, 0,
                0, 0, 0, 0, 0, 500000, 164000000, 0, 0,
            ]
        )
        await move(
            3,
            10000000,
            [7770000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                3, 1, 7770000, 7770000, 20000000, 10000000, 11509323, 10000000,
                10000000, 162490677, 164000000, 389, 0, 0, 19820, 20209, 20209,
                0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000, 0, 0,
            ]
        )
        await move(
            3,
            163999000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                3, 1, 1000000, 141421, 20000000, 163999000, 163999500,
                163999000, 163999000, 163999500, 164000000, 7, 0, 0, 7, 15, 15,
                0, 0, 0, 0, 0, 0, 0, 0, 500000, 164000000, 0, 0,
            ]
        )
        await move(
            4,
            1000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                4, 1, 1000000, 1000000, 20000000, 1000000, 1100000, 1100000,
                21100000, 21100000, 21100000, 150, 150, 40300, 40300, 40300,
                40300, 101, 200000, 250, 50, 100, 400, 0, 0, 500000, 164000000,
                150000000, 1,
            ]
        )
        await move(
            4,
            1000000,
            [1000000, 150000000, 1, 10, 0, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                4, 1, 1000000, 1000000, 20000000, 1000000, 1100000, 1100000,
                151100000, 151100000, 151100000, 150, 150, 1425200, 1425200,
                1425200, 1425200, 15001, 10000, 45, 50, 0, 95, 0, 0, 500000,
                164000000, 150000000, 1,
            ]
        )
        await move(
            4,
            1000000,
            [10000000, 5000000, 1, 5000, 10000, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                4, 1, 10000000, 10000000, 20000000, 1000000, 1100000, 1100000,
                6100000, 6100000, 6100000, 142, 142, 21242, 21242, 21242, 21242,
                2, 5000000, 1000, 50, 10000, 11050, 0, 0, 500000, 164000000,
                150000000, 1,
            ]
        )
        await move(
            5,
            1000000,
            [5000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                5, 1, 5000000, 2000000, 20000000, 1000000, 1100000, 1100000,
                21100000, 21100000, 21100000, 142, 142, 101292, 101292, 101292,
                505292, 101, 200000, 200, 50, 100, 1000, 500, 5000, 500000,
                164000000, 150000000, 1,
            ]
        )
        await move(
            5,
            1000000,
            [10000000, 20000000, 1, 100, 40, 240, 240, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                5, 1, 10000000, 1414213, 20000000, 1000000, 1100000, 1100000,
                21100000, 21100000, 21100000, 142, 142, 50482, 50482, 50482,
                1005232, 201, 100000, 142, 50, 40, 250, 240, 5000, 500000,
                164000000, 150000000, 1,
            ]
        )
        await move(
            6,
            42000000,
            [undefined, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            0,
            0,
            [
                6, 0, 0, 0, 20000000, 42000000, 42000000, 42000000, 42000000,
                42000000, 42000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                500000, 164000000, 0, 0,
            ]
        )
        await move(
            0,
            1000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            231,
            1,
            []
        )
        await move(
            6,
            1000000000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            232,
            500000,
            []
        )
        await move(
            3,
            10000000,
            [0, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            204,
            250000,
            []
        )
        await move(
            3,
            10000000,
            [249999, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            204,
            250000,
            []
        )
        await move(
            3,
            10000000,
            [255000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            204,
            260000,
            []
        )
        await move(
            3,
            10000000,
            [10000001, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            204,
            10000000,
            []
        )
        await move(
            3,
            10000000,
            [1000000, 20000000, 0, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            233,
            1,
            []
        )
        await move(
            3,
            164000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            233,
            -1,
            []
        )
        await move(
            3,
            400000,
            [1000000, 20000000, -1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            233,
            1,
            []
        )
        await move(
            1,
            1000000,
            [1000000, 999000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            205,
            1000000,
            []
        )
        await move(
            1,
            1000000,
            [1000000, 1000500, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            205,
            1001000,
            []
        )
        await move(
            1,
            1000000,
            [1000000, 150001000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            205,
            150000000,
            []
        )
        await move(
            1,
            1000000,
            [1000000, 150000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 100000000],
            205,
            100000000,
            []
        )
        await move(
            1,
            10000000,
            [10000000, 150000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            212,
            143000000,
            []
        )
        await move(
            1,
            1000000,
            [1000000, 150000000, 1, 200, 100, 60, 500, 5000],
            [500000, 100000000, 150000000],
            212,
            98350000,
            []
        )
        await move(
            1,
            163000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            232,
            143350000,
            []
        )
        await move(
            1,
            0,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            232,
            500000,
            []
        )
        await move(
            1,
            1000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 5000],
            [500000, 0, 150000000],
            212,
            0,
            []
        )
        await move(
            4,
            1000000,
            [1000000, 20000000, 1, 9, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            234,
            10,
            []
        )
        await move(
            4,
            1000000,
            [1000000, 20000000, 1, 5001, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            234,
            5000,
            []
        )
        await move(
            4,
            1000000,
            [1000000, 20000000, 1, 1500, 100, 60, 500, 5000],
            [500000, 164000000, 1200000],
            234,
            200,
            []
        )
        await move(
            4,
            1000000,
            [1000000, 20000000, 1, 300, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            235,
            20100000,
            []
        )
        await move(
            4,
            1000000,
            [1000000, 20000000, 1, 200, 10001, 60, 500, 5000],
            [500000, 164000000, 150000000],
            236,
            10000,
            []
        )
        await move(
            5,
            1000000,
            [1000000, 20000000, 1, 200, 100, 29, 500, 5000],
            [500000, 164000000, 150000000],
            237,
            30,
            []
        )
        await move(
            5,
            1000000,
            [1000000, 20000000, 1, 1000, 100, 60, 500, 5000],
            [500000, 164000000, 150000000],
            234,
            799,
            []
        )
        await move(
            5,
            1000000,
            [10000000, 20000000, 1, 200, 100, 240, 500, 5000],
            [500000, 164000000, 150000000],
            234,
            50,
            []
        )
        await move(
            5,
            1000000,
            [1000000, 20000000, 1, 200, 990, 60, 500, 5000],
            [500000, 164000000, 150000000],
            236,
            905,
            []
        )
        await move(
            5,
            1000000,
            [1000000, 20000000, 1, 200, 100, 60, 100, 5000],
            [500000, 164000000, 150000000],
            238,
            400,
            []
        )
        await move(
            5,
            1000000,
            [1000000, 20000000, 1, 200, 100, 60, 1001, 5000],
            [500000, 164000000, 150000000],
            238,
            1000,
            []
        )
        await move(
            5,
            1000000,
            [1000000, 20000000, 1, 200, 100, 60, 500, 1999],
            [500000, 164000000, 150000000],
            239,
            2000,
            []
        )
    })
    test("speed changes", async () => {
        await change(
            10000000,
            500000,
            1000000,
            [1207000, 21207000, 21314000, 164000000, 65535],
            0,
            0,
            [
                1000000,
                0,
                10000000,
                10028750,
                10429000,
                21207000,
                21432000,
                true,
                45,
                446,
                11224,
                11474,
            ]
        )
        await change(
            10000000,
            1000000,
            500000,
            [1425000, 21425000, 21650000, 164000000, 1],
            0,
            0,
            [
                500000,
                2,
                10000000,
                10038750,
                10239000,
                21425000,
                21532000,
                false,
                45,
                466,
                22838,
                23065,
            ]
        )
        await change(
            10000000,
            10000000,
            250000,
            [7500000, 27500000, 32000000, 164000000, 2],
            0,
            0,
            [
                250000,
                3,
                10000000,
                12698438,
                12799000,
                27500000,
                27552000,
                false,
                508,
                1690,
                60494,
                60709,
            ]
        )
        await change(
            10000000,
            250000,
            10000000,
            [1102000, 21102000, 21154000, 164000000, 3],
            0,
            0,
            [
                10000000,
                4,
                10000000,
                12503438,
                16504000,
                21102000,
                25602000,
                true,
                508,
                908,
                1368,
                2068,
            ]
        )
        await change(
            10000000,
            9000000,
            8990000,
            [6625000, 26625000, 30450000, 164000000, 4],
            0,
            0,
            [
                8990000,
                5,
                10000000,
                10184498,
                13781000,
                26625000,
                30444000,
                false,
                21,
                421,
                1850,
                2500,
            ]
        )
        await change(
            10000000,
            1000000,
            1000000,
            [1425000, 21425000, 21650000, 164000000, 5],
            0,
            0,
            [
                1000000,
                5,
                10000000,
                10000000,
                10000000,
                21425000,
                21650000,
                false,
                0,
                0,
                11425,
                11675,
            ]
        )
        await change(
            1000000,
            1000000,
            2000000,
            [1425000, 21425000, 21650000, 164000000, 6],
            240,
            0,
            []
        )
        await change(
            21500000,
            1000000,
            2000000,
            [1425000, 21425000, 21650000, 164000000, 7],
            240,
            0,
            []
        )
        await change(
            20400000,
            1000000,
            10000000,
            [1425000, 21425000, 21650000, 164000000, 8],
            240,
            1000000,
            []
        )
        await change(
            3000000,
            1000000,
            10000000,
            [1425000, 21425000, 21650000, 24000000, 9],
            240,
            6900000,
            []
        )
        await change(
            20000000,
            10000000,
            250000,
            [7500000, 27500000, 32000000, 164000000, 10],
            0,
            0,
            [
                250000,
                11,
                20000000,
                22698438,
                22799000,
                27500000,
                27552000,
                false,
                508,
                1690,
                20494,
                20709,
            ]
        )
        await change(
            17000000,
            10000000,
            8500000,
            [7500000, 27500000, 32000000, 164000000, 11],
            0,
            0,
            [
                8500000,
                12,
                17000000,
                17893750,
                21294000,
                27500000,
                31007000,
                false,
                95,
                499,
                1229,
                1855,
            ]
        )
        await change(
            15000000,
            10000000,
            8500000,
            [7500000, 27500000, 32000000, 164000000, 12],
            0,
            0,
            [
                8500000,
                13,
                15000000,
                15893750,
                19294000,
                27500000,
                31007000,
                false,
                95,
                499,
                1464,
                2090,
            ]
        )
        await change(
            10000000,
            1000000,
            200000,
            [1425000, 21425000, 21650000, 164000000, 13],
            204,
            250000,
            []
        )
        await change(
            10000000,
            1000000,
            1005000,
            [1425000, 21425000, 21650000, 164000000, 14],
            204,
            1010000,
            []
        )
    })
    test("gates", async () => {
        const asked = recordOf(
            ASKED,
            [5000000, 20000000, 1, 200, 100, 60, 500, 5000]
        )
        const limits = recordOf(LIMITS, [500000, 164000000, 150000000])
        const gated = planMove(MOVE_GATED, 1000000, asked, limits).plan
        expect(stopNm(gated, 0)).toBe(1100000)
        expect(stopNm(gated, 1)).toBe(1300000)
        expect(stopNm(gated, 57)).toBe(12500000)
        expect(stopNm(gated, 100)).toBe(21100000)
        expect(stopNm(gated, 101)).toBe(21100000)
        await turn()
        expect(judgeTrigger(gated, 0, false, false)).toBe(0)
        expect(judgeTrigger(gated, 0, false, true)).toBe(0)
        expect(judgeTrigger(gated, 0, true, false)).toBe(1)
        expect(judgeTrigger(gated, 0, true, true)).toBe(2)
        expect(judgeTrigger(gated, 499, false, false)).toBe(0)
        expect(judgeTrigger(gated, 499, false, true)).toBe(0)
        expect(judgeTrigger(gated, 499, true, false)).toBe(1)
        expect(judgeTrigger(gated, 499, true, true)).toBe(2)
        expect(judgeTrigger(gated, 500, false, false)).toBe(0)
        expect(judgeTrigger(gated, 500, false, true)).toBe(0)
        expect(judgeTrigger(gated, 500, true, false)).toBe(2)
        expect(judgeTrigger(gated, 500, true, true)).toBe(2)
        expect(judgeTrigger(gated, 5000, false, false)).toBe(0)
        expect(judgeTrigger(gated, 5000, false, true)).toBe(0)
        expect(judgeTrigger(gated, 5000, true, false)).toBe(2)
        expect(judgeTrigger(gated, 5000, true, true)).toBe(2)
        expect(judgeTrigger(gated, 5001, false, false)).toBe(3)
        expect(judgeTrigger(gated, 5001, false, true)).toBe(3)
        expect(judgeTrigger(gated, 5001, true, false)).toBe(3)
        expect(judgeTrigger(gated, 5001, true, true)).toBe(3)
    })
    test("transitions", async () => {
        await row(
            0,
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff01ffffffff0b0cffffff`
        )
        await row(
            1,
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff02ffffff0b0cffffff`
        )
        await row(
            2,
            hex`ff03ffffffffffffff0affffffffffffffffffffffffffffffffffffffffffffffffffffff0b0cffffff`
        )
        await row(
            3,
            hex`ffffffffff02ffffffffffffffffffffffffffffffffffffffffffffffffffffffff04ffff0b0cffffff`
        )
        await row(
            4,
            hex`ff0305ffffff09ffff0aff0d0effffffffffffffffffffffffffffffffffffffffffffffff0b0cffffff`
        )
        await row(
            5,
            hex`ffffff06ffffffff04ffffffffffffffffffffffffffffffffffffffffffffffffffffffff0b0cffffff`
        )
        await row(
            6,
            hex`ffffffff07ffffff04ffffffffffffffffffffffffffffffffffffffffffffffffffffffff0b0cffffff`
        )
        await row(
            7,
            hex`ffffffffff08ffffffffffffff07ffffffffffffffffffffffffffffffffffffffffff08ff0b0cffffff`
        )
        await row(
            8,
            hex`ffffffffffff09ffff0affff0effffffffffffffffffffffffffffffffffffffffffffffff0b0cffffff`
        )
        await row(
            9,
            hex`ffffffffff08ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff040b0cffffff`
        )
        await row(
            10,
            hex`ffffffffffffffffffff02ffffffffffffffffffffffffffffffffffffffffffffffffffff0b0cffffff`
        )
        await row(
            11,
            hex`ffffffffffffff01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0b0cffffff`
        )
        await row(
            12,
            hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0b0c02ffff`
        )
        await row(
            13,
            hex`ffffffffff02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0b0cff01ff`
        )
        await row(
            14,
            hex`ffffffffff04ffffffffffff0eff0effffffffffffffffffffffffffffffffffffffffffff0b0cffff04`
        )
    })
    test("activity", async () => {
        expect(moves(0)).toBe(false)
        expect(fires(0)).toBe(false)
        expect(moves(1)).toBe(false)
        expect(fires(1)).toBe(false)
        expect(moves(2)).toBe(false)
        expect(fires(2)).toBe(false)
        expect(moves(3)).toBe(true)
        expect(fires(3)).toBe(false)
        expect(moves(4)).toBe(false)
        expect(fires(4)).toBe(false)
        expect(moves(5)).toBe(false)
        expect(fires(5)).toBe(true)
        expect(moves(6)).toBe(false)
        expect(fires(6)).toBe(true)
        expect(moves(7)).toBe(true)
        expect(fires(7)).toBe(true)
        expect(moves(8)).toBe(false)
        expect(fires(8)).toBe(false)
        expect(moves(9)).toBe(true)
        expect(fires(9)).toBe(false)
        expect(moves(10)).toBe(false)
        expect(fires(10)).toBe(false)
        expect(moves(11)).toBe(false)
        expect(fires(11)).toBe(false)
        expect(moves(12)).toBe(false)
        expect(fires(12)).toBe(false)
        expect(moves(13)).toBe(true)
        expect(fires(13)).toBe(false)
        expect(moves(14)).toBe(true)
        expect(fires(14)).toBe(false)
    })
    test("budgets", async () => {
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 999),
            {
                reason: 206,
                nearest: 1000,
                line_period_ns: 3910160,
                round_trip_ns: 12988,
                lines_per_s: 255.744,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 1000),
            {
                reason: 0,
                nearest: 1000,
                line_period_ns: 3906250,
                round_trip_ns: 12988,
                lines_per_s: 256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 15000),
            {
                reason: 0,
                nearest: 15000,
                line_period_ns: 260417,
                round_trip_ns: 12988,
                lines_per_s: 3840,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 30000),
            {
                reason: 0,
                nearest: 30000,
                line_period_ns: 130208,
                round_trip_ns: 12988,
                lines_per_s: 7680,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 60000),
            {
                reason: 211,
                nearest: 59291,
                line_period_ns: 65104,
                round_trip_ns: 12988,
                lines_per_s: 15360,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 61000),
            {
                reason: 211,
                nearest: 59291,
                line_period_ns: 64037,
                round_trip_ns: 12988,
                lines_per_s: 15616,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 64900),
            {
                reason: 211,
                nearest: 59291,
                line_period_ns: 60189,
                round_trip_ns: 12988,
                lines_per_s: 16614.4,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 90000),
            {
                reason: 211,
                nearest: 59291,
                line_period_ns: 43403,
                round_trip_ns: 12988,
                lines_per_s: 23040,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-20mhz"), 90001),
            {
                reason: 206,
                nearest: 59291,
                line_period_ns: 43402,
                round_trip_ns: 12988,
                lines_per_s: 23040.256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 999),
            {
                reason: 206,
                nearest: 1000,
                line_period_ns: 3910160,
                round_trip_ns: 19481,
                lines_per_s: 255.744,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 1000),
            {
                reason: 0,
                nearest: 1000,
                line_period_ns: 3906250,
                round_trip_ns: 19481,
                lines_per_s: 256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 15000),
            {
                reason: 0,
                nearest: 15000,
                line_period_ns: 260417,
                round_trip_ns: 19481,
                lines_per_s: 3840,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 30000),
            {
                reason: 0,
                nearest: 30000,
                line_period_ns: 130208,
                round_trip_ns: 19481,
                lines_per_s: 7680,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 60000),
            {
                reason: 210,
                nearest: 47530,
                line_period_ns: 65104,
                round_trip_ns: 19481,
                lines_per_s: 15360,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 61000),
            {
                reason: 210,
                nearest: 47530,
                line_period_ns: 64037,
                round_trip_ns: 19481,
                lines_per_s: 15616,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 64900),
            {
                reason: 210,
                nearest: 47530,
                line_period_ns: 60189,
                round_trip_ns: 19481,
                lines_per_s: 16614.4,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 90000),
            {
                reason: 210,
                nearest: 47530,
                line_period_ns: 43403,
                round_trip_ns: 19481,
                lines_per_s: 23040,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("array-10mhz"), 90001),
            {
                reason: 206,
                nearest: 47530,
                line_period_ns: 43402,
                round_trip_ns: 19481,
                lines_per_s: 23040.256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 999),
            {
                reason: 206,
                nearest: 15000,
                line_period_ns: 3910160,
                round_trip_ns: 6494,
                lines_per_s: 255.744,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 1000),
            {
                reason: 225,
                nearest: 15000,
                line_period_ns: 3906250,
                round_trip_ns: 6494,
                lines_per_s: 256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 15000),
            {
                reason: 0,
                nearest: 15000,
                line_period_ns: 260417,
                round_trip_ns: 6494,
                lines_per_s: 3840,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 30000),
            {
                reason: 0,
                nearest: 30000,
                line_period_ns: 130208,
                round_trip_ns: 6494,
                lines_per_s: 7680,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 60000),
            {
                reason: 225,
                nearest: 30000,
                line_period_ns: 65104,
                round_trip_ns: 6494,
                lines_per_s: 15360,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 61000),
            {
                reason: 225,
                nearest: 30000,
                line_period_ns: 64037,
                round_trip_ns: 6494,
                lines_per_s: 15616,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 64900),
            {
                reason: 225,
                nearest: 30000,
                line_period_ns: 60189,
                round_trip_ns: 6494,
                lines_per_s: 16614.4,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 90000),
            {
                reason: 225,
                nearest: 30000,
                line_period_ns: 43403,
                round_trip_ns: 6494,
                lines_per_s: 23040,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-40mhz"), 90001),
            {
                reason: 206,
                nearest: 30000,
                line_period_ns: 43402,
                round_trip_ns: 6494,
                lines_per_s: 23040.256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 999),
            {
                reason: 206,
                nearest: 15000,
                line_period_ns: 3910160,
                round_trip_ns: 5195,
                lines_per_s: 255.744,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 1000),
            {
                reason: 225,
                nearest: 15000,
                line_period_ns: 3906250,
                round_trip_ns: 5195,
                lines_per_s: 256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 15000),
            {
                reason: 0,
                nearest: 15000,
                line_period_ns: 260417,
                round_trip_ns: 5195,
                lines_per_s: 3840,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 30000),
            {
                reason: 0,
                nearest: 30000,
                line_period_ns: 130208,
                round_trip_ns: 5195,
                lines_per_s: 7680,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 60000),
            {
                reason: 0,
                nearest: 60000,
                line_period_ns: 65104,
                round_trip_ns: 5195,
                lines_per_s: 15360,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 61000),
            {
                reason: 0,
                nearest: 61000,
                line_period_ns: 64037,
                round_trip_ns: 5195,
                lines_per_s: 15616,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 64900),
            {
                reason: 0,
                nearest: 64900,
                line_period_ns: 60189,
                round_trip_ns: 5195,
                lines_per_s: 16614.4,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 90000),
            {
                reason: 211,
                nearest: 66941,
                line_period_ns: 43403,
                round_trip_ns: 5195,
                lines_per_s: 23040,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-60mhz"), 90001),
            {
                reason: 206,
                nearest: 66941,
                line_period_ns: 43402,
                round_trip_ns: 5195,
                lines_per_s: 23040.256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 999),
            {
                reason: 206,
                nearest: 15000,
                line_period_ns: 3910160,
                round_trip_ns: 25975,
                lines_per_s: 255.744,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 1000),
            {
                reason: 225,
                nearest: 15000,
                line_period_ns: 3906250,
                round_trip_ns: 25975,
                lines_per_s: 256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 15000),
            {
                reason: 0,
                nearest: 15000,
                line_period_ns: 260417,
                round_trip_ns: 25975,
                lines_per_s: 3840,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 30000),
            {
                reason: 0,
                nearest: 30000,
                line_period_ns: 130208,
                round_trip_ns: 25975,
                lines_per_s: 7680,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 60000),
            {
                reason: 225,
                nearest: 30000,
                line_period_ns: 65104,
                round_trip_ns: 25975,
                lines_per_s: 15360,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 61000),
            {
                reason: 225,
                nearest: 30000,
                line_period_ns: 64037,
                round_trip_ns: 25975,
                lines_per_s: 15616,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 64900),
            {
                reason: 225,
                nearest: 30000,
                line_period_ns: 60189,
                round_trip_ns: 25975,
                lines_per_s: 16614.4,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 90000),
            {
                reason: 225,
                nearest: 30000,
                line_period_ns: 43403,
                round_trip_ns: 25975,
                lines_per_s: 23040,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("rotational-15mhz"), 90001),
            {
                reason: 206,
                nearest: 30000,
                line_period_ns: 43402,
                round_trip_ns: 25975,
                lines_per_s: 23040.256,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 999),
            {
                reason: 206,
                nearest: 1000,
                line_period_ns: 40040040,
                round_trip_ns: 16000,
                lines_per_s: 24.975,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 1000),
            {
                reason: 0,
                nearest: 1000,
                line_period_ns: 40000000,
                round_trip_ns: 16000,
                lines_per_s: 25,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 15000),
            {
                reason: 211,
                nearest: 8180,
                line_period_ns: 2666667,
                round_trip_ns: 16000,
                lines_per_s: 375,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 30000),
            {
                reason: 211,
                nearest: 8180,
                line_period_ns: 1333333,
                round_trip_ns: 16000,
                lines_per_s: 750,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 60000),
            {
                reason: 211,
                nearest: 8180,
                line_period_ns: 666667,
                round_trip_ns: 16000,
                lines_per_s: 1500,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 61000),
            {
                reason: 211,
                nearest: 8180,
                line_period_ns: 655738,
                round_trip_ns: 16000,
                lines_per_s: 1525,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 64900),
            {
                reason: 211,
                nearest: 8180,
                line_period_ns: 616333,
                round_trip_ns: 16000,
                lines_per_s: 1622.5,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 90000),
            {
                reason: 211,
                nearest: 8180,
                line_period_ns: 444444,
                round_trip_ns: 16000,
                lines_per_s: 2250,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
        await turn()
        sameFields(
            budgetSequence(catheterOf("single-un0rick"), 90001),
            {
                reason: 206,
                nearest: 8180,
                line_period_ns: 444440,
                round_trip_ns: 16000,
                lines_per_s: 2250.025,
            },
            [
                "reason:i32",
                "nearest:i32",
                "line_period_ns:i32",
                "round_trip_ns:i32",
                "lines_per_s:i32",
            ] as any
        )
    })
    test("tables", async () => {
        await entry("array-20mhz", 0, hex`0000000019000200000100002bc60000`)
        await entry("array-20mhz", 1, hex`0100000019000200000100002bc60000`)
        await entry("array-20mhz", 4, hex`0400010119000200000100002bc60000`)
        await entry("array-20mhz", 128, hex`8000202019000200000100002bc60000`)
        await entry("array-20mhz", 255, hex`ff003f3f19000200000100002bc60000`)
        await table("array-20mhz", 1803653472)
        await entry("array-10mhz", 0, hex`00000000320002000001000040290100`)
        await entry("array-10mhz", 1, hex`01000001320002000001000040290100`)
        await entry("array-10mhz", 4, hex`04000004320002000001000040290100`)
        await entry("array-10mhz", 448, hex`c0012020320002000001000040290100`)
        await entry("array-10mhz", 895, hex`7f033f0c320002000001000040290100`)
        await table("array-10mhz", 4286844168)
        await entry(
            "rotational-40mhz",
            0,
            hex`000000000d0002000001000015630000`
        )
        await entry(
            "rotational-40mhz",
            1,
            hex`010000000d0002000001000015630000`
        )
        await entry(
            "rotational-40mhz",
            4,
            hex`040000000d0002000001000015630000`
        )
        await entry(
            "rotational-40mhz",
            128,
            hex`800000000d0002000001000015630000`
        )
        await entry(
            "rotational-40mhz",
            255,
            hex`ff0000000d0002000001000015630000`
        )
        await table("rotational-40mhz", 3742752765)
        await entry(
            "rotational-60mhz",
            0,
            hex`0000000008000200e0000000975a0000`
        )
        await entry(
            "rotational-60mhz",
            1,
            hex`0100000008000200e0000000975a0000`
        )
        await entry(
            "rotational-60mhz",
            4,
            hex`0400000008000200e0000000975a0000`
        )
        await entry(
            "rotational-60mhz",
            128,
            hex`8000000008000200e0000000975a0000`
        )
        await entry(
            "rotational-60mhz",
            255,
            hex`ff00000008000200e0000000975a0000`
        )
        await table("rotational-60mhz", 130327294)
        await entry(
            "rotational-15mhz",
            0,
            hex`000000002100020000010000558c0100`
        )
        await entry(
            "rotational-15mhz",
            1,
            hex`010000002100020000010000558c0100`
        )
        await entry(
            "rotational-15mhz",
            4,
            hex`040000002100020000010000558c0100`
        )
        await entry(
            "rotational-15mhz",
            128,
            hex`800000002100020000010000558c0100`
        )
        await entry(
            "rotational-15mhz",
            255,
            hex`ff0000002100020000010000558c0100`
        )
        await table("rotational-15mhz", 18145645)
        await entry("single-un0rick", 0, hex`0000000064000100aa030000463d0000`)
        await entry("single-un0rick", 1, hex`0100000064000100aa030000463d0000`)
        await entry("single-un0rick", 4, hex`0400000064000100aa030000463d0000`)
        await entry("single-un0rick", 12, hex`0c00000064000100aa030000463d0000`)
        await entry("single-un0rick", 24, hex`1800000064000100aa030000463d0000`)
        await table("single-un0rick", 4049761191)
    })
    test("gains", async () => {
        await gain(
            "array-20mhz",
            10000,
            0,
            170,
            [],
            hex`a3010000000037006e00a500db00120149018001b701ee0124025b029202c902000337036e03a403db03120449048004b704ed0424055b059205c905000637066d06a406`,
            [-1, 0, 1, 419, 4399.5, 12884.25, 12989, 1000000],
            [0, 0, 0.13126491646778043, 55, 575.5, 1686.25, 1700, 1700]
        )
        await gain(
            "array-10mhz",
            15000,
            0,
            85,
            [],
            hex`740200000000290052007b00a400ce00f7002001490172019b01c401ed0116023f0269029202bb02e4020d0336035f038803b103da0304042d0456047f04a804d104fa04`,
            [-1, 0, 1, 628, 6594, 19311, 19468, 1000000],
            [0, 0, 0.06528662420382166, 41, 431.5, 1263.75, 1274, 1274]
        )
        await gain(
            "rotational-40mhz",
            5000,
            0,
            340,
            [],
            hex`d1000000000037006d00a400db00120148017f01b601ec0123025a029102c702fe0235036b03a203d903100446047d04b404ea04210558058f05c505fc0533066906a006`,
            [-1, 0, 1, 209, 2194.5, 6426.75, 6479, 1000000],
            [0, 0, 0.2631578947368421, 55, 574.5, 1682.25, 1696, 1696]
        )
        await gain(
            "rotational-60mhz",
            4000,
            0,
            510,
            [],
            hex`a8000000000042008400c60008014a018c01ce01100252029402d60218035a039c03de0320046204a404e50427056905ab05ed052f067106b306f50637077907bb07fd07`,
            [-1, 0, 1, 168, 1764, 5166, 5208, 1000000],
            [0, 0, 0.39285714285714285, 66, 693, 2028.5, 2045, 2045]
        )
        await gain(
            "rotational-15mhz",
            20000,
            0,
            130,
            [],
            hex`4603000000005400a800fc005001a301f7014b029f02f30247039b03ef0342049604ea043e059205e6053a068e06e20635078907dd0731088508d9082d098109d509280a`,
            [-1, 0, 1, 838, 8799, 25768.5, 25978, 1000000],
            [0, 0, 0.10023866348448687, 84, 881, 2579.25, 2600, 2600]
        )
        await gain(
            "single-un0rick",
            12320,
            0,
            43,
            [],
            hex`040200000000110022003300440055006700780089009a00ab00bc00cd00de00ef000001110122013401450156016701780189019a01ab01bc01cd01de01ef0101021202`,
            [-1, 0, 1, 516, 5418, 15867, 15996, 1000000],
            [0, 0, 0.03294573643410853, 17, 179.5, 525.75, 530, 530]
        )
        await gain(
            "array-20mhz",
            60000,
            10000,
            1040,
            [],
            hex`d209000010271027102710271027102710271027102710271027102710271027102710271027102710271027102710271027102710271027102710271027102710271027`,
            [-1, 0, 1, 2514, 26397, 77305.5, 77934, 1000000],
            [10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000]
        )
        await gain(
            "single-un0rick",
            1000,
            4990,
            10,
            [],
            hex`2a0000007e137e137f137f137f13801380138013811381138113821382138213831383138313831383138313831383138313831383138313831383138313831383138313`,
            [-1, 0, 1, 42, 441, 1291.5, 1302, 1000000],
            [4990, 4990, 4990, 4990, 4993.5, 4995, 4995, 4995]
        )
        await gain(
            "array-10mhz",
            15000,
            0,
            85,
            [
                0, 3331, 6662, 9993, 3323, 6654, 9985, 3315, 6646, 9977, 3307,
                6638, 9969, 3299, 6630, 9961, 3291, 6622, 9953, 3283, 6614,
                9945, 3275, 6606, 9937, 3267, 6598, 9929, 3259, 6590, 9921,
                3251,
            ],
            hex`740200000000030d061a0927fb0cfe190127f30cf619f926eb0cee19f126e30ce619e926db0cde19e126d30cd619d926cb0cce19d126c30cc619c926bb0cbe19c126b30c`,
            [-1, 0, 1, 628, 6594, 19311, 19468, 1000000],
            [0, 0, 5.304140127388536, 3331, 4972.5, 4918.5, 3251, 3251]
        )
    })
    test("catheters", async () => {
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000cf57951b`,
            -1
        )
        await catheter(
            hex`6d696e652d3100000000000000000000010110270000400080030e00000000010001983a000030750000f401f40100005500f0490200020450c30000c8af000060ea000088130000581b0000000000000000000037e048a1`,
            -1
        )
        await catheter(
            hex`6d696e652d32000000000000000000000201409c00000100000100000000000100018813000070170000c201c80000005401a08601000204204e0000803e000050c30000204e0000581b00005802080701000000e0f92c32`,
            -1
        )
        await catheter(
            hex`6d696e652d3200000000000000000000020160ea000001000001000000000001e000a00f000088130000c20196000000fe01a0860100020450c3000080bb0000409c0000e02e0000401f00005802181501000000b4bf2794`,
            -1
        )
        await catheter(
            hex`6d696e652d32000000000000000000000201983a0000010000010000000000010001204e0000307500001405580200008200a08601000204803e0000e02e000060ea000030750000401f0000580208070100000046215200`,
            -1
        )
        await catheter(
            hex`6d696e652d330000000000000000000003028813000001001900000000001900aa0320300000a8610000e803200300002b00a0860100010488130000d0070000f8240100a0860100401f00000000000000000000a631f16c`,
            -1
        )
        await catheter(
            hex`000000000000000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000002d5d1854`,
            0
        )
        await catheter(
            hex`4d696e650000000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000ea841c1c`,
            0
        )
        await catheter(
            hex`612062000000000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000002360063f`,
            0
        )
        await catheter(
            hex`6d696e655f31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000004499a58f`,
            0
        )
        await catheter(
            hex`6d696e652d31000000000000000000000001204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000f4738c07`,
            1
        )
        await catheter(
            hex`6d696e652d31000000000000000000000401204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c4090000000000000000000018e3e877`,
            1
        )
        await catheter(
            hex`6d696e652d31000000000000000000000100204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000936fa464`,
            2
        )
        await catheter(
            hex`6d696e652d31000000000000000000000103204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000007727f7e5`,
            2
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101e703000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c4090000000000000000000088b3287c`,
            3
        )
        await catheter(
            hex`6d696e652d310000000000000000000001018138010040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000a4f1fa22`,
            3
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000000008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000005c25a329`,
            4
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000001018003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000b6e48aed`,
            4
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040000000000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000c907775d`,
            5
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040000110000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000c1e3e062`,
            5
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003010100000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000005cf4c9d7`,
            6
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000010001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c4090000000000000000000013d466c1`,
            7
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000f00000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000b21075b1`,
            8
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000102000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000002982824f`,
            8
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e0000400080030000000000010f0010270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000006931ab60`,
            9
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001010410270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000fb737362`,
            9
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e0000400080030000000000010001e7030000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000aae67c81`,
            10
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000161ea0000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000d0c8dac2`,
            10
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e70300002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c4090000000000000000000036f6bb9a`,
            11
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e00004000800300000000000100011027000061ea00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000983dd038`,
            11
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00006300fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c4090000000000000000000006c3c1db`,
            12
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e0000b90bfa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000000f036fd5`,
            12
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01b90b0000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000e7dbee91`,
            13
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa001127aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000a83b3c04`,
            14
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa0000001104f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000008a794796`,
            15
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00e7030000020460ea0000d8d60000409c0000b80b0000c409000000000000000000006abeb149`,
            16
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f1490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000001edc6165`,
            16
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200000460ea0000d8d60000409c0000b80b0000c40900000000000000000000ddd5e330`,
            17
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200110460ea0000d8d60000409c0000b80b0000c40900000000000000000000b5f2007b`,
            17
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020060ea0000d8d60000409c0000b80b0000c4090000000000000000000048e0ceca`,
            18
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200021160ea0000d8d60000409c0000b80b0000c40900000000000000000000626e4f76`,
            18
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020463000000d8d60000409c0000b80b0000c40900000000000000000000e3675404`,
            19
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f04902000204a1860100d8d60000409c0000b80b0000c40900000000000000000000c30ee705`,
            19
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea000063000000409c0000b80b0000c4090000000000000000000048c4c3e5`,
            20
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000a1860100409c0000b80b0000c40900000000000000000000387c36f8`,
            20
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000e7030000b80b0000c409000000000000000000005c229078`,
            21
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000a1860100b80b0000c40900000000000000000000f0ccfefa`,
            21
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c000063000000c40900000000000000000000b8a3d7e4`,
            22
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c000041420f00c4090000000000000000000011109f73`,
            22
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000630000000000000000000000ec99924d`,
            23
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000214e00000000000000000000cc1c56e9`,
            23
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900007117000000000000d8c76140`,
            24
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000711700000000192e0d98`,
            25
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000feffffff4f494871`,
            26
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000020000004e74f2a4`,
            26
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000001008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000fa2e5325`,
            4
        )
        await catheter(
            hex`6d696e652d31000000000000000000000102204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c409000000000000000000002b1fc69a`,
            2
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003410000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000a6f02773`,
            6
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000001000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000378adf85`,
            7
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e0000400080030000000000010001e12e0000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000093d29b8`,
            10
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e0000400080030000000000010001fc080000e02e00002c01d0070000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000a8cc6498`,
            13
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa0000000501f0490200020460ea0000d8d60000409c0000b80b0000c40900000000000000000000067956cd`,
            15
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200050460ea0000d8d60000409c0000b80b0000c40900000000000000000000f090b573`,
            17
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000100000000000000e82aa952`,
            24
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c40900000000010000000000d63ca5f4`,
            25
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101204e000040008003000000000001000110270000e02e00002c01fa000000aa00f0490200020460ea0000d8d60000409c0000b80b0000c4090000000000000100000077fdd0c6`,
            26
        )
        await catheter(
            hex`6d696e652d3100000000000000000000010110270000400080030e000e0000010001983a000030750000f401f40100005500f0490200020450c30000c8af000060ea000088130000581b000000000000000000003083250f`,
            7
        )
        await catheter(
            hex`6d696e652d310000000000000000000001011027000040007f030e00000000010001983a000030750000f401f40100005500f0490200020450c30000c8af000060ea000088130000581b0000000000000000000092f81e9e`,
            5
        )
        await catheter(
            hex`6d696e652d31000000000000000000000101102700003f0080030e00000000010001983a000030750000f401f40100005500f0490200020450c30000c8af000060ea000088130000581b00000000000000000000b745c386`,
            5
        )
        await catheter(
            hex`6d696e652d32000000000000000000000201409c00000200000100000000000100018813000070170000c201c80000005401a08601000204204e0000803e000050c30000204e0000581b000058020807010000000ae53c27`,
            4
        )
        await catheter(
            hex`6d696e652d32000000000000000000000201409c00000100000101000000000100018813000070170000c201c80000005401a08601000204204e0000803e000050c30000204e0000581b0000580208070100000014275987`,
            6
        )
        await catheter(
            hex`6d696e652d32000000000000000000000201409c00000100000100000000000200018813000070170000c201c80000005401a08601000204204e0000803e000050c30000204e0000581b00005802080701000000af9ad66c`,
            5
        )
        await catheter(
            hex`6d696e652d32000000000000000000000201409c00000100000100000000000100018813000070170000c201c80000005401a08601000204204e0000803e000050c30000204e0000581b000000000807010000002c66673e`,
            24
        )
        await catheter(
            hex`6d696e652d32000000000000000000000201409c00000100000100000000000100018813000070170000c201c80000005401a08601000204204e0000803e000050c30000204e0000581b000058025702010000009ba73fc2`,
            25
        )
        await catheter(
            hex`6d696e652d32000000000000000000000201409c00000100000100000000000100018813000070170000c201c80000005401a08601000204204e0000803e000050c30000204e0000581b00005802080700000000585369ef`,
            26
        )
        await catheter(
            hex`6d696e652d330000000000000000000003018813000001001900000000001900aa0320300000a8610000e803200300002b00a0860100010488130000d0070000f8240100a0860100401f000000000000000000004279a2ed`,
            2
        )
        await catheter(
            hex`6d696e652d330000000000000000000003028813000002001900000000001900aa0320300000a8610000e803200300002b00a0860100010488130000d0070000f8240100a0860100401f000000000000000000004c2de179`,
            4
        )
    })
    test("un0rick", async () => {
        await turn()
        expect(un0rickHalfPeriod(20000)).toBe(3)
        expect(un0rickWords(10000)).toBe(832)
        expect(
            un0rickGain(
                [
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                ],
                300,
                100,
                0
            )
        ).toBe(0)
        await turn()
        expect(un0rickHalfPeriod(20000)).toBe(3)
        expect(un0rickWords(15000)).toBe(1246)
        expect(
            un0rickGain(
                [
                    0, 1777, 3554, 335, 2112, 3889, 670, 2447, 4224, 1005, 2782,
                    4559, 1340, 3117, 4894, 1675, 3452, 233, 2010, 3787, 568,
                    2345, 4122, 903, 2680, 4457, 1238, 3015, 4792, 1573, 3350,
                    131,
                ],
                500,
                500,
                1
            )
        ).toBe(737)
        await turn()
        expect(un0rickHalfPeriod(10000)).toBe(6)
        expect(un0rickWords(24600)).toBe(2041)
        expect(
            un0rickGain(
                [
                    0, 3554, 2112, 670, 4224, 2782, 1340, 4894, 3452, 2010, 568,
                    4122, 2680, 1238, 4792, 3350, 1908, 466, 4020, 2578, 1136,
                    4690, 3248, 1806, 364, 3918, 2476, 1034, 4588, 3146, 1704,
                    262,
                ],
                700,
                900,
                31
            )
        ).toBe(54)
        await turn()
        expect(un0rickHalfPeriod(250)).toBe(255)
        expect(un0rickWords(1)).toBe(5)
        expect(
            un0rickGain(
                [
                    0, 335, 670, 1005, 1340, 1675, 2010, 2345, 2680, 3015, 3350,
                    3685, 4020, 4355, 4690, 29, 364, 699, 1034, 1369, 1704,
                    2039, 2374, 2709, 3044, 3379, 3714, 4049, 4384, 4719, 58,
                    393,
                ],
                900,
                1300,
                16
            )
        ).toBe(80)
        await turn()
        expect(un0rickHalfPeriod(248)).toBe(0)
        expect(un0rickWords(0)).toBe(0)
        expect(
            un0rickGain(
                [
                    0, 2112, 4224, 1340, 3452, 568, 2680, 4792, 1908, 4020,
                    1136, 3248, 364, 2476, 4588, 1704, 3816, 932, 3044, 160,
                    2272, 4384, 1500, 3612, 728, 2840, 4952, 2068, 4180, 1296,
                    3408, 524,
                ],
                1100,
                1700,
                0
            )
        ).toBe(376)
        await turn()
        expect(un0rickHalfPeriod(31875)).toBe(2)
        expect(un0rickWords(24700)).toBe(0)
        expect(
            un0rickGain(
                [
                    0, 3889, 2782, 1675, 568, 4457, 3350, 2243, 1136, 29, 3918,
                    2811, 1704, 597, 4486, 3379, 2272, 1165, 58, 3947, 2840,
                    1733, 626, 4515, 3408, 2301, 1194, 87, 3976, 2869, 1762,
                    655,
                ],
                1300,
                2100,
                2
            )
        ).toBe(126)
        await turn()
        expect(un0rickHalfPeriod(31876)).toBe(0)
        expect(un0rickWords(-1)).toBe(0)
        expect(
            un0rickGain(
                [
                    0, 670, 1340, 2010, 2680, 3350, 4020, 4690, 364, 1034, 1704,
                    2374, 3044, 3714, 4384, 58, 728, 1398, 2068, 2738, 3408,
                    4078, 4748, 422, 1092, 1762, 2432, 3102, 3772, 4442, 116,
                    786,
                ],
                1500,
                2500,
                3
            )
        ).toBe(816)
    })
})
