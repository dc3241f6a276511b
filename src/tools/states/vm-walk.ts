// A random walk of the real firmware on the virtual board: what it reports must be a state that the model allows, and by ruler and transmit
// counter nothing moves or fires that the model does not allow.

import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import * as machine from "../../shared/cart-machine"
import { afterRequest, firesIn, movesIn, STARTED, stateName, type Facts } from "./model"
import { WalkCart } from "./vm-cart"
import * as steps from "./vm-steps"
import type { Seen, VmStep } from "./vm-steps"

/** mm; the spring of the nut, and the creep of a sled that is switched off. */
const STILL_MM = 0.1
/** mm/s²; braking as hard as the motor driver allows. */
const BRAKING = 84
/** mm/s; what a sled may gain until its stop is carried out. */
const GAIN = 1
/** Waits after a step, in ms. */
const WAITS = [0, 20, 100, 300, 700]
const SETTLE_LIMIT_MS = 20_000
const NM = 1e6
/** A request that does not exist, as 0 does not. */
const UNKNOWN = 30
/** Requests that lead back. */
const BACK = [machine.COMMAND_STOP, machine.COMMAND_STANDBY, machine.COMMAND_RELEASE]

export interface VmWalk {
    readonly steps: number
    /** How often each state was reported after a step, and how often each step was taken. */
    readonly visits: Map<string, number>
    readonly taken: Map<string, number>
    /** Requests that the state allows and the cart refused, by their code. */
    readonly refused: Map<number, number>
}

export const emptyWalk = (): VmWalk => ({
    ...{ steps: 0, visits: new Map(), taken: new Map(), refused: new Map() },
})

/** Walks with one cart. @throws Error at the first step that is wrong, with the steps before it */
export async function vmWalk(count: number, seed: number, into: VmWalk): Promise<VmWalk> {
    const random = xoroshiro128plus(seed)
    const draw = <T>(from: readonly T[]): T => from[uniformInt(random, 0, from.length - 1)]!
    const cart = await WalkCart.boot(seed)
    const recent: string[] = []
    let possible = steps.closure([STARTED], false)
    let seen = cart.seen()
    for (let n = 0; n < count; n++) {
        possible = possible.filter(f => stateName(f) === seen.state)
        const step = nextStep(possible[0]!, cart, draw)
        recent.push(`${seen.state}: ${step.name}`)
        try {
            const before = steps.closure(possible, cart.estopPressed)
            const fromUs = cart.nowUs
            const after = await step.act(cart)
            await cart.wait(draw(WAITS))
            const next = cart.seen()
            const results = before.flatMap(f => after(f))
            possible = steps.closure(results, cart.estopPressed)
            judge({ cart, step, before, results, fromUs, seen, next })
            seen = next
        } catch (error) {
            cart.stop()
            throw new Error(
                `seed ${seed}, step ${n + 1}: ${(error as Error).message}; the last steps: ${recent.slice(-8).join("; ")}`
            )
        }
        into.visits.set(seen.state, (into.visits.get(seen.state) ?? 0) + 1)
        into.taken.set(kindOf(step), (into.taken.get(kindOf(step)) ?? 0) + 1)
    }
    for (const refusal of cart.bench.refusals)
        into.refused.set(refusal.reason, (into.refused.get(refusal.reason) ?? 0) + 1)
    cart.stop()
    return { ...into, steps: into.steps + count }
}

const kindOf = (step: VmStep): string =>
    step.name.replace(/^(request \d+|setup and live|setup|wait \d+ ms).*/, "$1")

/** Mostly what leads on; sometimes any request, a disturbance, or time. */
function nextStep(facts: Facts, cart: WalkCart, draw: <T>(from: readonly T[]) => T): VmStep {
    const chance = draw([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const all = [...Array(machine.COMMAND_LAST + 1).keys(), UNKNOWN]
    const onward = all.filter(
        command =>
            !BACK.includes(command) &&
            !(facts.homed && command === machine.COMMAND_HOME) &&
            !(facts.control && command === machine.COMMAND_CONTROL)
    )
    const useful = onward.filter(command => afterRequest(facts, command) !== undefined)
    if (facts.latch === "stopped" && cart.estopPressed && chance <= 5)
        return named("e-stop released")
    // Few steps fire, so they are disturbed more often.
    if (chance === 10 || (chance >= 8 && firesIn(facts)))
        return draw([...steps.DISTURBANCES, steps.CALIBRATION, named("e-stop"), named("e-stop")])
    if (chance <= 5 && useful.length > 0) return requestOf(draw(useful), draw)
    if (chance <= 6) return requestOf(draw(all), draw)
    if (chance <= 7 && !movesIn(facts) && facts.homed)
        return steps.setupStep(draw([1, 2]), draw([1, 2, 5]))
    return draw([steps.settleStep(SETTLE_LIMIT_MS), steps.waitStep(draw([50, 400]))])
}

const named = (name: string): VmStep => steps.DISTURBANCES.find(step => step.name === name)!

function requestOf(command: number, draw: <T>(from: readonly T[]) => T): VmStep {
    const speed = draw([0.25, 1, 5, 10])
    const signed = draw([-1, 1])
    if (command === machine.COMMAND_JOG) return steps.requestStep(command, signed * speed * NM)
    if (command === machine.COMMAND_SPEED) return steps.requestStep(command, speed * NM)
    if (command === machine.COMMAND_LIVE && draw([true, true, false]))
        return steps.liveStep(draw([1, 2]), draw([1, 2, 5]))
    if (command === machine.COMMAND_CALIBRATE)
        return steps.requestStep(command, signed * draw([200, 2000]))
    return steps.requestStep(command)
}

interface Judged {
    readonly cart: WalkCart
    readonly step: VmStep
    /** What the model allows before the step, and at its result. */
    readonly before: readonly Facts[]
    readonly results: readonly Facts[]
    readonly fromUs: number
    readonly seen: Seen
    readonly next: Seen
}

/** @throws Error with what is wrong */
function judge({ cart, step, before, results, fromUs, seen, next }: Judged): void {
    const leads = (f: Facts): boolean =>
        steps.closure([f], cart.estopPressed).some(after => stateName(after) === next.state)
    const now = results.filter(leads)
    if (now.length === 0) {
        const allowed = steps.closure(results, cart.estopPressed).map(stateName).join(", ")
        throw new Error(`the cart is in "${next.state}"; the model allows: ${allowed || "nothing"}`)
    }
    // What goes on after the result may end by itself later.
    if (!now.some(movesIn)) {
        // From rest at once; from a move after the time to notice and to brake.
        const brakingMs = (1000 * (cart.speedMmPerS(fromUs) + GAIN)) / BRAKING
        const limitMs = before.some(movesIn) ? step.limits.motionMs + brakingMs : 0
        const restUs = Math.min(fromUs + 1000 * limitMs, cart.nowUs)
        const movedMm = Math.abs(next.positionMm - cart.positionMm(restUs))
        if (movedMm > STILL_MM) throw new Error(`the sled moved by ${movedMm.toFixed(3)} mm`)
    }
    if (!now.some(firesIn)) {
        if (before.some(firesIn)) {
            const lateMs = (cart.lastPulseUs - fromUs) / 1000 - step.limits.pulsesMs
            if (lateMs > 0) throw new Error(`pulses go on for ${lateMs.toFixed(0)} ms too long`)
        } else if (next.pulses !== seen.pulses) throw new Error("pulses nobody asked for")
    }
    if (cart.estopPressed && next.stageOn) throw new Error("the motor has current in an e-stop")
}
