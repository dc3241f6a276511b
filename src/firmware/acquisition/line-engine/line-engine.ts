// The line engine as the cart's front end: self test, settings, arming and firing, line counts, causes of refusal.
// Source: boards/line-engine.md.

import * as ds from "@devicescript/core"
import { Catheter } from "../../../shared/acquisition/catheters"
import { crc32c } from "../../../shared/protocol/crc32c"
import * as le from "../../../shared/devices/line-engine"
import {
    FAULT_CATHETER_UNPLUGGED,
    FAULT_ENGINE_BUDGET,
    FAULT_ENGINE_INHIBITED,
    FAULT_ENGINE_LINES,
    FAULT_ENGINE_MISSING,
    FAULT_ENGINE_RESET,
    FAULT_ENGINE_TABLE,
    FAULT_ENGINE_TGC,
} from "../../../shared/codes"
import { sampleFormat } from "../../../shared/acquisition/image-format"
import { listedPairs } from "../../../shared/acquisition/firing-table"
import { TGC_LENGTH, writeTgc } from "../../../shared/acquisition/tgc"
import { ADDRESS_STATUS } from "../../../shared/protocol/register-dump"
import { CartFault } from "../../platform/cart-fault"
import { FrontEnd, front_status } from "../front-end"
import {
    engine_chip,
    engine_flags,
    engine_path,
    readEngine,
    serviceEngine,
    writeEngine,
    writeEngineUnchecked,
} from "./bus"
import { clearLinesRead, fifo_reader, lines_read } from "./fifo-reader"
import { beginTable, forgetPairs, loadTable, table_crc } from "./table"
import { BUDGET_REGISTERS, budgetOf, faultOf } from "./transmit-budget"

/** Interval at which lines fired are compared with lines received; most lines missing is detected within two intervals. */
const CHECK_LINES_MS = 50
/** The TGC registers are consecutive. */
const TGC_REGISTERS = TGC_LENGTH / 4
/** Addresses that can be read; the two missing ones are actions without a value. In flash, not on the heap. */
export const ENGINE_READABLE = hex`00 01 03 04 05 06 09 0a 0b 0c 0d 0e 0f 10 12 13 14 15 16 17 18 19 1a 1b 1c 1d 20 21 22 23 24 25 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50`

/** The catheter for which the engine is configured, and its TGC. */
let loaded: Catheter | undefined = undefined
const tgc = Buffer.alloc(TGC_LENGTH)
// The last comparison of lines fired and received: when, lines fired, and lines not accounted for.
let checked_ms = 0
let checked_fired = 0
let checked_lost = 0

export const line_engine: FrontEnd = {
    inhibit_flag: le.FLAG_INHIBITED,
    service: serviceEngine,
    readRegister: readRegister,
    selfTest: selfTest,
    watch: watch,
    catheterId: catheterId,
    catheterSerial: async () => await readEngine(le.REG_CATHETER_SERIAL),
    beginLoad: beginLoad,
    continueLoad: loadTable,
    configure: configure,
    verifyLoaded: verifyLoaded,
    fire: fire,
    stop: stop,
    setWindow: setWindow,
    setGate: setGate,
    setPosition: async counts => await writeEngine(le.REG_POSITION, counts),
    triggerTickUs: async () => await readEngine(le.REG_TRIGGER_TICK),
    linesFired: linesFired,
    linesRefused: linesRefused,
    sendTestLines: sendTestLines,
}

async function readRegister(address: number): Promise<number> {
    if (address !== ADDRESS_STATUS) return await readEngine(address)
    await serviceEngine()
    return engine_flags
}

async function selfTest(): Promise<void> {
    // The content of the table after a reset is undefined.
    forgetPairs()
    if ((await readEngine(le.REG_ID)) !== le.ENGINE_ID) throw new CartFault(FAULT_ENGINE_MISSING, 0)
    if ((await readEngine(le.REG_VERSION)) !== le.ENGINE_VERSION)
        throw new CartFault(FAULT_ENGINE_MISSING, le.ENGINE_VERSION)
    const lanes = await readEngine(le.REG_LANES)
    engine_path.lanes =
        engine_chip.transferQuad && lanes === le.LANES_QUAD ? lanes : le.LANES_SINGLE
    const lines = await readEngine(le.REG_FIFO_LINES)
    const valid = lines >= le.FIFO_LINES && lines <= le.FIFO_LINES_MAX
    engine_path.fifo_lines = valid ? lines : le.FIFO_LINES
    await stopAndClear()
    await writeEngine(le.REG_ROTOR_TARGET, 0)
}

async function stopAndClear(): Promise<void> {
    await stop()
    await writeEngine(le.REG_CONTROL, le.CONTROL_CLEAR)
}

async function stop(): Promise<void> {
    await writeEngine(le.REG_CONTROL, le.CONTROL_STOP)
}

async function watch(plugged: boolean, firing: boolean): Promise<CartFault | undefined> {
    await serviceEngine()
    const flags = engine_flags
    if (flags & le.FLAG_RESET) return new CartFault(FAULT_ENGINE_RESET, flags)
    if (plugged && !front_status.plugged) return new CartFault(FAULT_CATHETER_UNPLUGGED, 0)
    if (!firing) return undefined
    if (!(flags & le.FLAG_FIRING)) return await refusalFault()
    if (flags & le.FLAG_INHIBITED) return new CartFault(FAULT_ENGINE_INHIBITED, flags)
    return ds.millis() - checked_ms < CHECK_LINES_MS ? undefined : await checkLines()
}

/** Every line fired is received, dropped or in the FIFO. With a wrong level, lines would stay in the FIFO unread. */
async function checkLines(): Promise<CartFault | undefined> {
    const fired = await readEngine(le.REG_FIRED)
    const more = fired - checked_fired
    checked_ms = ds.millis()
    // A block may be in transfer.
    if (more <= 2 * fifo_reader.lines_per_block) return undefined
    const lost = fired - front_status.dropped - front_status.level - lines_read
    const more_lost = lost - checked_lost
    checked_fired = fired
    checked_lost = lost
    return 2 * more_lost > more ? new CartFault(FAULT_ENGINE_LINES, more_lost) : undefined
}

async function catheterId(): Promise<string> {
    let id = ""
    for (let i = 0; i < 4; ++i) {
        const word = await readEngine(le.REG_CATHETER_0 + i)
        for (let shift = 0; shift < 32; shift += 8) {
            const code = (word >>> shift) & 0xff
            if (code) id += String.fromCharCode(code)
        }
    }
    return id
}

async function beginLoad(catheter: Catheter): Promise<void> {
    await stopAndClear()
    beginTable(catheter)
}

async function configure(catheter: Catheter, line_period_ns: number): Promise<void> {
    await writeEngine(le.REG_LINES, catheter.lines_per_frame)
    await writeEngine(le.REG_PAIRS, listedPairs(catheter))
    await writeFormat(catheter.samples_per_line, sampleFormat(catheter))
    await writeEngine(
        le.REG_FIRST_SAMPLE_NS,
        catheter.first_sample_ns ? catheter.first_sample_ns : 0
    )
    await writeEngine(le.REG_LINE_PERIOD_NS, line_period_ns)
    await writeEngine(le.REG_TRIGGER_MODE, catheter.rotor_sign ? le.TRIGGER_ROTOR : le.TRIGGER_FREE)
    writeTgc(tgc, catheter)
    for (let i = 0; i < TGC_REGISTERS; ++i)
        await writeEngine(le.REG_TGC_STEP_NS + i, tgc.getAt(4 * i, "u32"))
    await writeEngine(le.REG_ROTOR_LOCK_PPM, le.LOCK_PPM)
    for (let i = 0; i < BUDGET_REGISTERS.length; ++i) {
        const address = BUDGET_REGISTERS[i]
        await writeEngine(address, budgetOf(catheter, address))
    }
    loaded = catheter
    // The engine arms only with this CRC. It answers with the CRC of its table as it is now: a pair list of the host may have
    // been in the table for long.
    const crc = await writeEngineUnchecked(le.REG_TABLE_CRC, table_crc)
    if (crc !== table_crc) throw new CartFault(FAULT_ENGINE_TABLE, crc | 0)
    front_status.sequence_crc = crc32c(tgc, 0, TGC_LENGTH, table_crc)
}

async function writeFormat(samples: number, format: number): Promise<void> {
    await writeEngine(le.REG_SAMPLES, samples)
    await writeEngine(le.REG_SAMPLE_FORMAT, format)
}

/** Compares table, transmit budget and TGC in the engine with what was loaded. */
async function verifyLoaded(): Promise<void> {
    const crc = await readEngine(le.REG_TABLE_CRC)
    if (crc !== table_crc) throw new CartFault(FAULT_ENGINE_TABLE, crc | 0)
    for (let i = 0; i < BUDGET_REGISTERS.length; ++i) {
        const address = BUDGET_REGISTERS[i]
        if (!loaded || (await readEngine(address)) !== budgetOf(loaded, address))
            throw new CartFault(FAULT_ENGINE_BUDGET, address)
    }
    for (let i = 0; i < TGC_REGISTERS; ++i) {
        const address = le.REG_TGC_STEP_NS + i
        if ((await readEngine(address)) !== tgc.getAt(4 * i, "u32"))
            throw new CartFault(FAULT_ENGINE_TGC, address)
    }
}

async function fire(): Promise<void> {
    await verifyLoaded()
    // The engine's counts were cleared before the table was loaded.
    clearLinesRead()
    checked_fired = 0
    checked_lost = 0
    checked_ms = ds.millis()
    await act(le.CONTROL_ARM)
    await act(le.CONTROL_FIRE)
}

/** Writes an action. It may be repeated after a damaged reply. @throws CartFault with the cause if the engine refuses */
async function act(action: number): Promise<void> {
    if ((await writeEngineUnchecked(le.REG_CONTROL, action)) !== action) throw await refusalFault()
}

/** The fault for the engine's cause of not firing. */
export async function refusalFault(): Promise<CartFault> {
    const cause = await readEngine(le.REG_CAUSE)
    return new CartFault(faultOf(cause, front_status.plugged), cause)
}

async function setWindow(start_counts: number, end_counts: number): Promise<void> {
    await writeEngine(le.REG_WINDOW_START, start_counts)
    await writeEngine(le.REG_WINDOW_END, end_counts)
}

/** Gate and epoch change together, in one write. */
async function setGate(open: boolean, epoch: number): Promise<void> {
    await writeEngine(
        le.REG_GATE,
        (open ? le.GATE_OPEN : 0) | ((epoch & 0xff) << le.GATE_EPOCH_SHIFT)
    )
}

/** @throws CartFault after a reset, which clears the count */
async function linesFired(): Promise<number> {
    const fired = await readEngine(le.REG_FIRED)
    if (engine_flags & le.FLAG_RESET) throw new CartFault(FAULT_ENGINE_RESET, engine_flags)
    return fired
}

/** Lines inhibited, and lines over the transmit budget. */
async function linesRefused(): Promise<number> {
    return (await readEngine(le.REG_REFUSED)) + (await readEngine(le.REG_OVER_BUDGET))
}

async function sendTestLines(samples: number, format: number, lines: number): Promise<void> {
    await writeFormat(samples, format)
    await writeEngine(le.REG_TEST, lines)
}
