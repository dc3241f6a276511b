// The program is killed at random moments of homing, pullback and return, in four ways. Motor and transmit must be off within
// the longest time of the watchdog, nothing may move or fire until an operator asks for it, and the restart must be told.
// IVUS_KILLS=100 npm test -- motion/killed: 100 moments instead of 30.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import { uniformInt } from "pure-rand/distribution/uniformInt"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { CAUSE_CONTROLLER, CAUSE_PROGRAM } from "../../src/shared/protocol/messages"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"

const KILLS = Number(process.env["IVUS_KILLS"] ?? 30)
const SEED = 12
/** The monostable's 100 ms with its tolerance (boards/README.md). */
const OFF_US = 110_000
/** A sled without current coasts against the friction of its guide; it has come to rest by then. */
const COAST_US = 200_000
/** Ringing of a sled at rest. */
const STILL_MM = 0.005
/** A leaking program dies within this time. */
const LEAK_MS = 100
/** A program runs at least once within this time. */
const RUNS_MS = 20

const test = suite("a killed program")
const random = xoroshiro128plus(SEED)
const draw = (max: number): number => uniformInt(random, 0, max)

/** Ways to die, each with the restart that follows. */
const WAYS = {
    /** The controller's own watchdog resets it after 5 s. */
    "endless loop": async (bench: BenchCart) => {
        const { board } = bench.cart
        const killedUs = bench.nowUs
        board.stallVm(3_600_000)
        await bench.wait(5000)
        await board.restartVm()
        return { cause: CAUSE_CONTROLLER, killedUs }
    },
    /** The VM panics at its next allocation, and starts the program again after 5 s. */
    "heap exhaustion": async (bench: BenchCart) => {
        bench.cart.panic = undefined
        // Garbage that is collected gives room for some more milliseconds.
        for (let ms = 0; ms < LEAK_MS && !bench.cart.panic; ms++) {
            bench.cart.board.heap!.exhaust()
            await bench.wait(1)
        }
        assert.ok(bench.cart.panic, "the VM has panicked")
        const killedUs = bench.nowUs
        await bench.wait(5000)
        return { cause: CAUSE_PROGRAM, killedUs }
    },
    /** The VM meets an instruction that does not exist, panics, and starts the program again after 5 s. */
    "illegal op-code": async (bench: BenchCart) => {
        bench.cart.panic = undefined
        const repair = bench.cart.board.controller!.damageProgram()
        const killedUs = bench.nowUs
        for (let ms = 0; ms < RUNS_MS && !bench.cart.panic; ms++) await bench.wait(1)
        assert.ok(bench.cart.panic, "the VM has panicked")
        repair()
        await bench.wait(5000)
        return { cause: CAUSE_PROGRAM, killedUs }
    },
    /** The supply of the controller fails; the other chips keep theirs. */
    "power of the controller": async (bench: BenchCart) => {
        const killedUs = bench.nowUs
        bench.cart.board.stopVm()
        await bench.wait(1000)
        await bench.cart.board.restartVm()
        return { cause: CAUSE_CONTROLLER, killedUs }
    },
} as const

/** Brings an unhomed cart into a move, and to a random moment of it. */
const MOVES = {
    homing: async (bench: BenchCart) => {
        bench.cart.session.command(machine.COMMAND_HOME)
        await bench.reach(machine.STATE_HOMING)
        await bench.wait(draw(1500))
    },
    pulling: async (bench: BenchCart) => {
        await bench.home()
        await bench.pull()
        await bench.wait(draw(4000))
    },
    returning: async (bench: BenchCart) => {
        await bench.home()
        await bench.pull()
        await bench.wait(2500)
        await bench.command(machine.COMMAND_STOP)
        await bench.wait(300)
        bench.cart.session.command(machine.COMMAND_RETURN)
        await bench.reach(machine.STATE_RETURNING)
        await bench.wait(draw(250))
    },
} as const

let bench: BenchCart
test.before(async () => {
    bench = await BenchCart.boot(undefined, EVEN_SLED)
    await bench.reach(machine.STATE_UNHOMED)
})
test.after(() => bench.cart.board.stopVm())

for (let kill = 0; kill < KILLS; kill++) {
    const [way, die] = Object.entries(WAYS)[kill % 4]!
    const [move, begin] = Object.entries(MOVES)[Math.floor(kill / 4) % 3]!
    test(`kill ${kill + 1}: ${way} while ${move} [IVUS-SAF-003, IVUS-SAF-007]`, async () => {
        await begin(bench)
        // Between two loops as well as in the middle of one.
        await bench.wait(draw(9999) / 1000)
        const { board } = bench.cart
        const { edges, ruler } = board.rig
        const state = bench.stateNow!
        const { cause, killedUs } = await die(bench)
        board.settle()
        assert.ok(edges.first("power-stage", false, killedUs)!.timeUs - killedUs <= OFF_US)
        assert.ok((board.transmit.lastUs ?? 0) <= killedUs + OFF_US)
        bench.states.length = 0
        await bench.reach(machine.STATE_UNHOMED, 20)
        await bench.wait(1000)
        assert.is(edges.first("power-stage", true, killedUs), undefined)
        assert.ok((board.transmit.lastUs ?? 0) <= killedUs + OFF_US)
        const restMm = ruler.positionMm(killedUs + OFF_US + COAST_US)
        assert.ok(Math.abs(ruler.positionMm(bench.nowUs) - restMm) <= STILL_MM)
        const { restart } = bench.cart.receiver
        assert.is(machine.STATE_NAMES[restart!.state], machine.STATE_NAMES[state])
        assert.is(restart!.cause, cause)
    })
}

test.run()
