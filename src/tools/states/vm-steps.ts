// The steps of a walk with the real firmware, and what the model allows after each.

import * as machine from "../../shared/cart-machine"
import { afterHappening, afterRequest, movesIn, firesIn, stateName, type Facts } from "./model"
import type { WalkCart } from "./vm-cart"

/** Code of a refusal; undefined if the request was accepted. */
export type RefusedReason = number | undefined

/** What the cart reports and the instruments show. */
export interface Seen {
    readonly state: string
    readonly positionMm: number
    readonly pulses: number
    /** The motor's power stage has current. */
    readonly stageOn: boolean
}

/** How long motion and pulses may go on after a step that ends them, in ms. */
export interface Limits {
    readonly motionMs: number
    readonly pulsesMs: number
}

export interface VmStep {
    readonly name: string
    /** Does it. @returns a function from each possible state before to those after; none if it cannot have been so */
    readonly act: (cart: WalkCart) => Promise<(facts: Facts) => readonly Facts[]>
    /** How long before the end of `act` the cart must have noticed; a request has its own. */
    readonly limits: Limits
}

/** A stop is carried out in the next loop; the braking time comes in addition. */
const LOOP_MS = 20
const NOW: Limits = { motionMs: 30 + LOOP_MS, pulsesMs: LOOP_MS }
/** Rule 3: 100 ms until a lost host is noticed; a silent one is noticed after up to 25 ms more (interval of its messages). */
const LINK: Limits = { motionMs: 125 + 30, pulsesMs: 125 }
/** The watchdog's 110 ms; a sled without current coasts. */
const WATCHDOG: Limits = { motionMs: 110 + 100, pulsesMs: 110 }
/** The controller without its supply, longer than the watchdog. */
const RESTART_MS = 200
/** A controller that is back within the watchdog's time keeps it alive, until the self test withholds the heartbeat. */
const SELF_TEST_MS = 200

/** What may have happened by itself meanwhile. */
export function closure(from: readonly Facts[], estopPressed: boolean): Facts[] {
    const all: Facts[] = []
    const add = (f: Facts): void => {
        if (all.some(other => JSON.stringify(other) === JSON.stringify(f))) return
        all.push(f)
        add(afterHappening(f, "booted"))
        // The last step of a self test re-arms the safety circuit, which finds an open chain.
        const tested = afterHappening(f, "tested")
        if (tested !== f) add(estopPressed ? afterHappening(f, "e-stop") : tested)
        add(afterHappening(f, "move ended"))
    }
    from.forEach(add)
    return all
}

/** A stop is taken in every state; the sound of alarms and the host's answer about the ring-down are no state. */
const STATELESS: readonly number[] = [
    ...[machine.COMMAND_STOP, machine.COMMAND_PAUSE_SOUND, machine.COMMAND_RING_DOWN],
]

/** A request of an operator. A refusal changes nothing; refusals for another reason than the state are allowed. */
export function requestStep(command: number, argument = 0): VmStep {
    return {
        name: `request ${command}${argument ? ` ${argument}` : ""}`,
        limits: NOW,
        act: async cart => {
            const atHomeEdge = command === machine.COMMAND_HOME && cart.atHomeEdge
            const reason = await cart.request(command, argument)
            return facts => {
                const after = afterRequest(facts, command)
                if (reason !== undefined) return [facts]
                // Rule 6: a reset needs a released e-stop.
                if (command === machine.COMMAND_RESET && cart.estopPressed) return []
                // The switch closes where the move should not reach it: fault 109, and homing works then.
                if (after && atHomeEdge) return [after, afterHappening(after, "fault")]
                if (after) return [after]
                // A warning is acknowledged where nothing is latched. Any other request must have been refused.
                const isSeen =
                    command === machine.COMMAND_ACKNOWLEDGE && !facts.latch && facts.control
                return isSeen || STATELESS.includes(command) ? [facts] : []
            }
        },
    }
}

/** Waits, for a time or until the move has ended. */
export const waitStep = (ms: number): VmStep => ({
    ...{ name: `wait ${ms} ms`, limits: NOW },
    act: async cart => {
        await cart.wait(ms)
        return facts => [facts]
    },
})

export const settleStep = (limitMs: number): VmStep => ({
    ...{ name: "wait for the end", limits: NOW },
    act: async cart => {
        await cart.settle(limitMs)
        return facts => [facts]
    },
})

export const setupStep = (lengthMm: number, speedMmPerS: number): VmStep => ({
    ...{ name: `setup ${lengthMm} mm, ${speedMmPerS} mm/s`, limits: NOW },
    act: async cart => {
        await cart.setUp(lengthMm, speedMmPerS)
        return facts => [facts]
    },
})

/** A setup, then the picture: live needs one for the place where the sled stands. */
export const liveStep = (lengthMm: number, speedMmPerS: number): VmStep => ({
    ...{ name: `setup and live ${lengthMm} mm, ${speedMmPerS} mm/s`, limits: NOW },
    act: async cart => {
        await cart.setUp(lengthMm, speedMmPerS)
        return requestStep(machine.COMMAND_LIVE).act(cart)
    },
})

export const CALIBRATION: VmStep = {
    ...{ name: "calibration record", limits: NOW },
    act: async cart => {
        const accepted = await cart.calibrate()
        return facts => {
            const after = afterHappening(facts, "calibration")
            if (!accepted) return [facts]
            return after === facts ? [] : [after]
        }
    },
}

/** Steps of the environment; the cart may not go on moving or firing after them. */
export const DISTURBANCES: readonly VmStep[] = [
    {
        ...{ name: "e-stop", limits: { motionMs: 100, pulsesMs: 1 } },
        act: async cart => {
            // Without SAFE motor and transmitter are off already, and the press is noticed when SAFE is to be re-armed.
            const wasSafe = cart.isSafe
            cart.pressEstop()
            await cart.wait(60)
            return facts =>
                wasSafe && !facts.start
                    ? [afterHappening(facts, "e-stop")]
                    : [facts, afterHappening(facts, "e-stop")]
        },
    },
    {
        ...{ name: "e-stop released", limits: NOW },
        act: async cart => {
            cart.releaseEstop()
            await cart.wait(30)
            return facts => [facts]
        },
    },
    ...[RESTART_MS, 0].map((ms): VmStep => ({
        name: `restart after ${ms} ms`,
        limits: ms > 0 ? WATCHDOG : { ...WATCHDOG, pulsesMs: SELF_TEST_MS },
        act: async cart => {
            const told = await cart.restart(ms)
            // Rule 5: the cart says in which state it was.
            return facts => (told === stateName(facts) ? [afterHappening(facts, "restart")] : [])
        },
    })),
    {
        ...{ name: "link cut", limits: LINK },
        act: async cart => {
            await cart.cutLink()
            return facts => [afterHappening(facts, "link lost")]
        },
    },
    {
        ...{ name: "host silent for 250 ms", limits: LINK },
        act: async cart => {
            await cart.silence(250)
            return facts => [afterHappening(facts, "host silent")]
        },
    },
    {
        ...{ name: "hang of 150 ms", limits: WATCHDOG },
        act: async cart => {
            const wasSafe = cart.isSafe
            await cart.hang()
            // In a latched state and in a self test nothing was armed that could fall.
            return facts =>
                wasSafe && !facts.latch && !facts.start
                    ? [afterHappening(facts, "fault")]
                    : [facts, afterHappening(facts, "fault")]
        },
    },
    ...(["driver-reset", "bus-all-ones"] as const).map((name): VmStep => ({
        ...{ name, limits: { motionMs: 70 + LOOP_MS, pulsesMs: 35 } },
        act: async cart => {
            await cart.fault(name, 100)
            return facts =>
                facts.start
                    ? [facts, afterHappening(facts, "fault")]
                    : [afterHappening(facts, "fault")]
        },
    })),
    {
        ...{ name: "sled jammed for 200 ms", limits: { motionMs: 200 + 70, pulsesMs: 200 + 35 } },
        act: async cart => {
            await cart.fault("stall", 200)
            return facts => (movesIn(facts) ? [facts, afterHappening(facts, "fault")] : [facts])
        },
    },
    {
        ...{ name: "catheter unplugged", limits: { motionMs: 70 + LOOP_MS, pulsesMs: LOOP_MS } },
        act: async cart => {
            await cart.exchangeCatheter()
            return facts => [firesIn(facts) ? afterHappening(facts, "fault") : facts]
        },
    },
]
