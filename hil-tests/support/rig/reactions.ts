// Injects a fault of the virtual sled during a move and times the reaction with independent
// instruments.

import type { SpiTransfer } from "../../../boards/virtual/spi/spi-bridge"
import * as machine from "../../../src/shared/cart-machine"
import type { PullbackRequest } from "../../../src/host/sequence/pullback-request"
import { type BenchCart, REQUEST } from "../carts/bench-cart"
import { isFault } from "../../../src/shared/codes"
import type { FaultCase } from "./faults"
import type { FaultInjector, ReactionTimes } from "./target"

/** One register write to the motor driver, taken from the SPI trace. */
export interface MotorWrite {
    readonly timeUs: number
    readonly address: number
    readonly value: number
}

const WRITE = 0x80
/** TMC5160 VMAX; 0 makes the chip brake to standstill. */
const VMAX = 0x27
/** Into the imaged window, after the run-up. */
const AFTER_PULL_START_MS = 700
/** Homing then runs at 4 mm/s, 0.6 mm from the switch. */
const AFTER_HOMING_START_MS = 200
/** The return then runs at 2 mm/s. */
const AFTER_STOP_MS = 160
const AFTER_RETURN_START_MS = 100
/** Longer than any reaction. */
const WATCH_MS = 400
const SERIES_BEFORE_MS = 50
/** The ruler's speed is a mean over this time, centred. */
const RULER_WINDOW_MS = 4
/** 0.08 um in the window: below an encoder count, above the vibration of an elastic nut. */
const STANDSTILL_MM_PER_S = 0.02
/** Period of the control loop. */
const LOOP_MS = 10
/** Collects register writes to the motor driver from the SPI trace. */
export function motorWrites(to: MotorWrite[]): (t: SpiTransfer) => void {
    return ({ device, mosi, timeUs }) => {
        if (device !== "tmc5160" || mosi.length !== 5) return
        if ((mosi[0]! & WRITE) === 0) return
        const value = Buffer.from(mosi).readUInt32BE(1)
        to.push({ timeUs, address: mosi[0]! & ~WRITE, value })
    }
}

interface HomedCart {
    readonly bench: BenchCart
    /** Also of earlier faults. */
    readonly writes: readonly MotorWrite[]
    /** Sets it back to the moment after homing. */
    readonly restore: () => void
}

/** Injects each fault on a cart that has just been homed: one cart for each speed, set back each time. */
export class ReactionBench implements FaultInjector {
    private readonly carts = new Map<number, HomedCart>()

    constructor(
        private readonly boot: (
            request: PullbackRequest
        ) => Promise<{ bench: BenchCart; writes: readonly MotorWrite[] }>
    ) {}

    async react(fault: FaultCase, phaseMs: number): Promise<ReactionTimes> {
        const { bench, writes } = await this.cartFor(fault)
        const { rig, transmit } = bench.cart.board
        await startMotion(bench, fault, phaseMs % LOOP_MS)
        const fromUs = bench.nowUs
        const writesBefore = writes.length
        const eventsBefore = bench.events.length
        if (fault.fault === "late-loop") bench.cart.board.stallVm(fault.value!)
        else rig.faults.inject(fault.fault, fromUs, fault.value)
        if (fault.forMs !== undefined && fault.fault !== "late-loop") {
            await bench.wait(fault.forMs)
            rig.faults.clear(fault.fault, bench.nowUs)
        }
        await bench.wait(WATCH_MS)
        const stop = writes.slice(writesBefore).find(w => w.address === VMAX && w.value === 0)
        const off = rig.edges.first("drv-enn", true, fromUs)
        const inMs = (timeUs: number | undefined): number =>
            timeUs === undefined ? Infinity : (timeUs - fromUs) / 1000
        const times = {
            code: bench.events.slice(eventsBefore).find(e => isFault(e.code))?.code,
            stopCommandedMs: Math.min(inMs(stop?.timeUs), inMs(off?.timeUs)),
            standstillMs: inMs(standstillUs(bench, fromUs)),
            firingStoppedMs: inMs(stoppedUs(transmit.lastUs, bench.nowUs)),
            series: Array.from(
                { length: SERIES_BEFORE_MS + WATCH_MS },
                (_, i): [number, number] => {
                    const ms = i - SERIES_BEFORE_MS
                    return [ms, rig.ruler.positionMm(fromUs + 1000 * ms)]
                }
            ),
        }
        // A cart that detected no fault is still moving.
        if (bench.stateNow !== machine.STATE_FAULT)
            throw new Error(
                `the cart did not detect "${fault.name}": it is ${machine.STATE_NAMES[bench.stateNow ?? 0]}`
            )
        return times
    }

    private async cartFor({ speedMmPerS }: FaultCase): Promise<HomedCart> {
        let cart = this.carts.get(speedMmPerS)
        if (!cart) {
            const { bench, writes } = await this.boot({ ...REQUEST, speedMmPerS })
            cart = { bench, writes, restore: await bench.save() }
            this.carts.set(speedMmPerS, cart)
        } else cart.restore()
        return cart
    }
}

/** From homed to the motion during which the fault is injected. */
async function startMotion(
    bench: BenchCart,
    { motion, name }: FaultCase,
    phaseMs: number
): Promise<void> {
    const { session } = bench.cart
    if (motion === "homing") {
        session.command(machine.COMMAND_HOME)
        await bench.reach(machine.STATE_HOMING)
        await bench.wait(AFTER_HOMING_START_MS + phaseMs)
    } else {
        await bench.pull()
        await bench.wait(AFTER_PULL_START_MS + phaseMs)
    }
    if (motion === "returning") {
        session.command(machine.COMMAND_STOP)
        await bench.reach(machine.STATE_COMPLETED)
        await bench.cart.until(() => bench.ended, bench.nowUs + 1e6)
        // A sled that still brakes refuses to return: 119 ms of ramp from 10 mm/s and 30 ms to see it stand.
        await bench.wait(AFTER_STOP_MS)
        session.command(machine.COMMAND_RETURN)
        await bench.reach(machine.STATE_RETURNING)
        await bench.wait(AFTER_RETURN_START_MS + phaseMs)
    }
    if (machine.STATE_NAMES[bench.stateNow ?? 0] !== motion)
        throw new Error(`the cart is not ${motion} before "${name}"`)
}

/** Last time at which the sled still moved; undefined if it never stopped. */
function standstillUs(bench: BenchCart, fromUs: number): number | undefined {
    const { ruler } = bench.cart.board.rig
    const half = RULER_WINDOW_MS * 500
    let last = fromUs
    for (let t = fromUs + half; t <= bench.nowUs - half; t += 500)
        if (Math.abs(ruler.speedMmPerS(t, RULER_WINDOW_MS)) > STANDSTILL_MM_PER_S) last = t
    return last > bench.nowUs - 10 * half ? undefined : last
}

/** Time of the last pulse; undefined if pulses continue. */
function stoppedUs(lastUs: number | undefined, nowUs: number): number | undefined {
    return lastUs === undefined || nowUs - lastUs < 10_000 ? undefined : lastUs
}
