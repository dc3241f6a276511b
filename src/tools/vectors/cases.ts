// Generates all vectors from the code before they are frozen; known answers from elsewhere are in src/shared/protocol.

import * as burst from "../../shared/protocol/burst"
import * as machine from "../../shared/cart-machine"
import { allCatheters } from "../../shared/acquisition/catheter-list"
import { type Catheter, catheterOf } from "../../shared/acquisition/catheters"
import { crc32c } from "../../shared/protocol/crc32c"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as lineEngine from "../../shared/devices/line-engine"
import * as lineRecord from "../../shared/acquisition/line-record"
import { amplitudeToCode, codeToAmplitude } from "../../shared/acquisition/sample-codes"
import * as ramp from "../../shared/motion/ramp"
import * as registerDump from "../../shared/protocol/register-dump"
import { signedOf } from "../../shared/protocol/register-dump"
import * as codes from "../../shared/codes"
import { versionReason, versionText } from "../../shared/versions"
import * as sequence from "../../shared/acquisition/sequence-budget"
import * as firingTable from "../../shared/acquisition/firing-table"
import {
    TGC_LENGTH,
    TGC_POINTS,
    tgcGainCdb,
    tgcOf,
    tgcStepNs,
    writeTgc,
} from "../../shared/acquisition/tgc"
import { un0rickGain, un0rickHalfPeriod, un0rickWords } from "../../shared/devices/un0rick"
import { alarmCases } from "./alarm-cases"
import {
    crcs,
    headers,
    hex,
    lineCase,
    messages,
    numbers,
    seals,
    shortCrcs,
    texts,
} from "./byte-cases"
import { calibrations } from "./calibration-cases"
import { catheters } from "./catheter-cases"
import { exampleHello, exampleLines } from "./examples"
import { gates, moves, speedChanges } from "./motion-cases"
import { ringCases } from "./ring-cases"
import { greetings, tags } from "./session-cases"
import { EVENTS, REFUSED, type Vectors } from "./vectors"

const BOARDS = [
    { microsteps_per_mm: 51200, fclk_hz: 8000000 },
    { microsteps_per_mm: 51200, fclk_hz: 12000000 },
    { microsteps_per_mm: 51200, fclk_hz: 12500000 },
    { microsteps_per_mm: 51200, fclk_hz: 16000000 },
    { microsteps_per_mm: 25600, fclk_hz: 16000000 },
]
const SPEEDS_NM_S = [250000, 500000, 1000000, 2000000, 2500000, 5000000, 9000000, 10000000]

/** Returns all vectors for the present code. */
export function makeVectors(): Vectors {
    return {
        about: "Golden vectors of src/shared, frozen: the code is checked against them, in Node and in the VM. Made by src/tools/vectors/write-vectors.ts.",
        link: {
            magic: burst.BURST_MAGIC,
            version: burst.PROTOCOL_VERSION,
            header_length: burst.BURST_HEADER_LENGTH,
            payload_max: burst.PAYLOAD_MAX,
            layout_hash: layoutHash(),
        },
        constants: constants(),
        numbers: numbers(),
        texts: texts(),
        crc32c: crcs(),
        crc8: shortCrcs(),
        seals: seals(),
        headers: headers(),
        messages: messages(),
        lines: [0, 1, 2].map(lineCase),
        greetings: greetings(),
        tags: tags(),
        test_lines: [0, 1, 13, 85, 255].map(index => ({
            index,
            hex: hex(Uint8Array.from({ length: 16 }, (_, k) => lineRecord.testSample(index, k))),
        })),
        amplitudes: [-1, 0, 1, 2, 64, 127, 128, 200, 254, 255].map(code => ({
            code,
            amplitude: Number(codeToAmplitude(code).toPrecision(12)),
        })),
        codes: [-1, 0, 1e-9, 2.51e-4, 2.6e-4, 0.001, 0.0158, 0.1, 0.5, 0.99, 1, 7].map(
            amplitude => ({ amplitude, code: amplitudeToCode(amplitude) })
        ),
        speeds: BOARDS.flatMap(board =>
            SPEEDS_NM_S.map(speed_nm_s => {
                const { microsteps_per_mm: steps, fclk_hz } = board
                const vmax = ramp.vmaxOf(speed_nm_s, steps, fclk_hz)
                const actual = ramp.speedOfVmax(vmax, steps, fclk_hz)
                const made_nm_s = Number(actual.toPrecision(12))
                return { speed_nm_s, ...board, vmax, made_nm_s }
            })
        ),
        accelerations: BOARDS.flatMap(board =>
            [1000000, ramp.ACCEL_NM_S2, 200000000].map(accel_nm_s2 => {
                const { microsteps_per_mm: steps, fclk_hz } = board
                const amax = ramp.amaxOf(accel_nm_s2, steps, fclk_hz)
                return { accel_nm_s2, ...board, amax }
            })
        ),
        signs: [
            ...[0, 1, 0x7fffff, 0x800000, 0xffffff, 0xff123456].map(value => ({
                value,
                bits: 24,
            })),
            ...[0, 1, 0x7fffffff, 0x80000000, 0xffffffff].map(value => ({
                value,
                bits: 32,
            })),
            { value: 1, bits: 1 },
        ].map(s => ({ ...s, signed: signedOf(s.value, s.bits) })),
        calibrations: calibrations(),
        ramps: [1, ...SPEEDS_NM_S].map(speed_nm_s => ({
            speed_nm_s,
            length_nm: ramp.rampLengthNm(speed_nm_s),
        })),
        pullbacks: SPEEDS_NM_S.flatMap(speed_nm_s =>
            [ramp.LENGTH_MIN_NM, 20000000, ramp.LENGTH_MAX_NM].map(length_nm => {
                const start_nm = ramp.PARK_NM
                const plan = ramp.planPullback(start_nm, speed_nm_s, length_nm)
                return {
                    start_nm,
                    speed_nm_s,
                    length_nm,
                    plan: { ...plan },
                }
            })
        ),
        moves: moves(),
        speed_changes: speedChanges(),
        gates: gates(),
        transitions: machine.STATE_NAMES.map((_, state) =>
            hex(
                Uint8Array.from({ length: EVENTS }, (_, event) => {
                    const next = machine.nextState(state, event)
                    return next < 0 ? REFUSED : next
                })
            )
        ),
        activity: machine.STATE_NAMES.map((_, state) => ({
            state,
            moves: machine.moves(state),
            fires: machine.fires(state),
        })),
        budgets: allCatheters().flatMap(catheter =>
            [999, 1000, 15000, 30000, 60000, 61000, 64900, 90000, 90001].map(frame_rate_mhz => ({
                catheter: catheter.id,
                frame_rate_mhz,
                budget: {
                    ...sequence.budgetSequence(catheter, frame_rate_mhz),
                },
            }))
        ),
        tables: allCatheters().map(catheter => {
            const length = firingTable.TABLE_ENTRY_LENGTH
            const entries = firingTable.tableEntries(catheter)
            const table = new Uint8Array(entries * length)
            for (let i = 0; i < entries; i++)
                firingTable.writeTableEntry(table, i * length, catheter, i)
            return {
                catheter: catheter.id,
                crc: crc32c(table, 0, table.length, 0),
                entries: [0, 1, 4, entries >> 1, entries - 1].map(index => ({
                    index,
                    hex: hex(table.subarray(index * length, (index + 1) * length)),
                })),
            }
        }),
        gains: [
            ...allCatheters(),
            // Maximum slope and depth, and minimum depth: limited to the maximum of the front end.
            {
                ...catheterOf("array-20mhz")!,
                ...{
                    depth_um: 60000,
                    tgc_start_cdb: 10000,
                    tgc_slope_cdb_per_mm: 1040,
                },
            },
            {
                ...catheterOf("single-un0rick")!,
                ...{
                    depth_um: 1000,
                    tgc_start_cdb: 4990,
                    tgc_slope_cdb_per_mm: 10,
                },
            },
            {
                ...catheterOf("array-10mhz")!,
                tgc_cdb: Array.from({ length: TGC_POINTS }, (_, i) => (i * 3331) % 10001),
            },
        ].map(gainCase),
        catheters: catheters(),
        un0rick: [
            [20000, 10000, 0],
            [20000, 15000, 1],
            [10000, 24600, 31],
            [250, 1, 16],
            [248, 0, 0],
            [31875, 24700, 2],
            [31876, -1, 3],
        ].map(([khz, um, step], i) => {
            const tgc_cdb = Array.from({ length: TGC_POINTS }, (_, k) => (k * 1777 * i) % 4996)
            const tgc_step_ns = 300 + 200 * i
            const radius_um = 100 + 400 * i
            return {
                frequency_khz: khz!,
                half_period: un0rickHalfPeriod(khz!),
                depth_um: um!,
                words: un0rickWords(um!),
                tgc_cdb,
                tgc_step_ns,
                radius_um,
                step: step!,
                gain: un0rickGain(tgc_cdb, tgc_step_ns, radius_um, step!),
            }
        }),
        alarms: alarmCases(),
        versions: versions(),
        ring: ringCases(),
        examples: { hello: hex(exampleHello()), lines: hex(exampleLines()) },
    }
}

/** Equal versions, minor and major numbers that differ, and the ends of the range. */
function versions(): Vectors["versions"] {
    const numbers = [0, 0x0002, 0x0003, 0x00ff, 0x0100, 0x0103, 0xffff]
    return numbers.flatMap(cart =>
        numbers.map(other => ({
            ...{ cart, other, text: versionText(cart * 256 + (other & 0xff)) },
            reason: versionReason(cart, other, codes.REJECT_HOST_OLDER),
        }))
    )
}

/** A catheter's TGC curve, and its gain before, at, between and after the points. */
function gainCase(catheter: Catheter): Vectors["gains"][number] {
    const { id, depth_um, tgc_start_cdb, tgc_slope_cdb_per_mm, tgc_cdb } = catheter
    const step_ns = tgcStepNs(catheter)
    const curve = tgcOf(catheter)
    const bytes = new Uint8Array(TGC_LENGTH)
    writeTgc(bytes, catheter)
    return {
        catheter: id,
        depth_um,
        start_cdb: tgc_start_cdb,
        slope_cdb_per_mm: tgc_slope_cdb_per_mm,
        given: tgc_cdb ?? [],
        hex: hex(bytes),
        at: [-1, 0, 1, step_ns, 10.5 * step_ns, 30.75 * step_ns, 31 * step_ns, 1e6].map(
            time_ns => ({
                time_ns,
                cdb: tgcGainCdb(curve, step_ns, time_ns),
            })
        ),
    }
}

/** Constants with a meaning on the link or in a front end; other vectors cover lengths and limits. */
function constants(): Record<string, number> {
    const meaningful =
        /^(TYPE|FLAG|LINE_(AT_SPEED|FRAME|TEST)|SAMPLE_FORMAT|STATE|COMMAND|DONE|ON|FAULT|REFUSED|EVENT|REJECT|OP|REG|CONTROL|STATUS|HEADER|DUMP|SOURCE|ADDRESS|CART)_?/
    const found: Record<string, number> = {}
    for (const [module, constants] of Object.entries({
        burst,
        lineRecord,
        machine,
        codes,
        lineEngine,
        registerDump,
    }))
        for (const [name, value] of Object.entries(constants))
            if (typeof value === "number" && meaningful.test(name))
                found[`${module}.${name}`] = value
    return found
}
