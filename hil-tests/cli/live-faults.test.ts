// A live session that goes on after a fault: the firmware faults, and a person acknowledges, resets, homes and goes live again.

import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { LINE_ENGINE_FAULTS } from "../../boards/virtual/line-engine/faults"
import { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import { Display } from "../../src/host/console/display"
import { LiveController } from "../../src/host/console/live-controller"
import { LiveQuestions } from "../../src/host/console/live-questions"
import { LiveView } from "../../src/host/console/live-view"
import { RingDownController } from "../../src/host/console/ring-down-controller"
import { RunError } from "../../src/host/errors"
import { ReferenceStore } from "../../src/host/references/reference-store"
import { nobody } from "../../src/host/run/operator"
import { runVirtualLive } from "../../src/host/targets/virtual/virtual-live"
import type { VirtualCart } from "../../src/host/targets/virtual/virtual-cart"
import * as machine from "../../src/shared/cart-machine"
import { EVEN_SLED, REQUEST, SILENCE } from "../support/carts/bench-cart"

const test = suite("a live session after a fault")

/** Between two looks of the person at the page. */
const LOOK_US = 50_000
/** A whole session with two homings. */
const LIMIT_US = 300e6

/** Requests of motion, firing, and the end of a fault. */
const COMMANDS: Readonly<Record<number, string>> = {
    [machine.COMMAND_HOME]: "home",
    [machine.COMMAND_LIVE]: "live",
    [machine.COMMAND_STANDBY]: "standby",
    [machine.COMMAND_ACKNOWLEDGE]: "acknowledge",
    [machine.COMMAND_RESET]: "reset",
}

/** A session in virtual time, and the person at its page. */
class Session {
    readonly told: string[] = []
    /** The commands that the session sent, as names. */
    readonly commands: string[] = []
    cart!: VirtualCart
    private readonly clock = new VirtualClock()
    private readonly steps: { when: () => boolean; act: () => void }[] = []
    private readonly questions = new LiveQuestions(({ kind }) =>
        ["home", "calibrate"].includes(kind)
    )
    readonly view: LiveView
    private readonly controller: LiveController

    constructor() {
        const { clock, questions } = this
        const ringDown = new RingDownController(
            new ReferenceStore(join(tmpdir(), "ivus-no-references")),
            () => clock.dateMs
        )
        this.view = new LiveView({
            ...{ target: "virtual board", display: new Display(), ringDown, questions },
            nowMs: () => clock.nowUs / 1000,
            transmit: on => this.controller.transmit(on),
            stop: () => this.controller.stopMotion(),
            acknowledge: () => this.controller.acknowledge(),
            pauseSound: () => this.controller.pauseSound(),
        })
        this.controller = new LiveController(
            ...([this.view, ringDown, undefined, false] as const),
            line => void this.told.push(line),
            () => undefined
        )
        questions.listener = {
            onAllowed: () => undefined,
            onQuestion: () => undefined,
            onWithdrawn: () => undefined,
            onTold: sentence => {
                this.told.push(sentence)
                this.view.showMessage(sentence)
            },
        }
    }

    /** Adds a step: once the page shows this, the person does that. */
    when(shown: () => boolean, act: () => void): this {
        this.steps.push({ when: shown, act })
        return this
    }

    /** Adds a step: something happens. */
    act(what: () => void): this {
        return this.when(() => true, what)
    }

    /** Adds a step: nothing happens for so long. */
    pause(s: number): this {
        let untilUs: number | undefined
        return this.when(
            () => this.clock.nowUs >= (untilUs ??= this.clock.nowUs + 1e6 * s),
            () => undefined
        )
    }

    plugIn(): void {
        this.cart.board.engine.plug({ id: REQUEST.catheterId, serial: 1 })
    }

    /** Adds a step: the person clicks the button of this question. */
    click(kind: string, before: () => void = () => undefined): this {
        return this.when(
            () => this.question?.kind === kind,
            () => {
                before()
                const { id } = this.question!
                assert.is(this.view.handle({ kind: "answer", value: id }), undefined)
            }
        )
    }

    /** Adds a step: the picture is live for another second. */
    watch(): this {
        let from: number | undefined
        return this.when(
            () => {
                const { picture, frames } = this.view.state()
                if (picture === "live") from ??= frames
                return from !== undefined && frames >= from + 30
            },
            () => undefined
        )
    }

    get question() {
        return this.view.state().question
    }

    /** Runs until the last step is done; then the command is ended as by Ctrl-C. */
    async run(): Promise<RunError | undefined> {
        let isLate = false
        const look = (): void => {
            const [next] = this.steps
            isLate = this.clock.nowUs > LIMIT_US
            if (!next || isLate) return this.controller.stop()
            if (next.when()) {
                this.steps.shift()
                next.act()
            }
            this.clock.after(LOOK_US, look)
        }
        this.clock.after(LOOK_US, look)
        let failure: RunError | undefined
        try {
            await runVirtualLive(
                { board: { seed: 1, echo: SILENCE, ...EVEN_SLED } },
                REQUEST,
                { view: this.view, controller: this.controller, operator: nobody },
                this.clock,
                cart => this.join(cart)
            )
        } catch (error) {
            if (!(error instanceof RunError)) throw error
            failure = error
        }
        assert.not(isLate, `${JSON.stringify(this.view.state())}\n${this.commands.join(", ")}`)
        return failure
    }

    private join(cart: VirtualCart): void {
        this.cart = cart
        const { session } = cart
        const send = session.command.bind(session)
        session.command = (command, argument) => {
            const name = COMMANDS[command]
            if (name) this.commands.push(name)
            return send(command, argument)
        }
    }
}

test("a fault in live is acknowledged, the sled homed, and the picture live again, each by a click [IVUS-DSP-004, IVUS-ALM-007]", async () => {
    const session = new Session()
    const failure = await session
        .watch()
        .act(() => LINE_ENGINE_FAULTS["catheter-out"]!.start(session.cart.board.engine, 0, 0))
        .click("acknowledge", () => {
            const { fault, cartState } = session.view.state()
            assert.is(cartState, "fault")
            assert.match(
                fault!.sentence,
                /^The cart stopped while live: the catheter was unplugged .*: plug it in .* \(fault 125\)\.$/
            )
            assert.match(fault!.detail!, /^code 125 at \d+\.\d{3} s of the cart's clock; /)
        })
        .click("home", () => {
            const { fault, question } = session.view.state()
            assert.is(fault, null)
            assert.match(question!.what, /moves towards the patient/)
        })
        // Still without its catheter: refused with the reason, and asked again.
        .click("live")
        .click("live", () => {
            assert.match(session.view.state().message!, /^The cart refused: no catheter/)
            session.plugIn()
        })
        .watch()
        .run()
    assert.is(failure, undefined)
    assert.equal(session.commands, ["home", "live", "acknowledge", "home", "live", "standby"])
    assert.is(session.view.state().message, null)
})

test("an emergency stop is reset by a click once it is released, and the picture is then live again [IVUS-SAF-002, IVUS-DSP-004]", async () => {
    const session = new Session()
    const failure = await session
        .watch()
        .act(() => session.cart.board.pressEstop())
        .click("reset", () => {
            const { fault, cartState } = session.view.state()
            assert.is(cartState, "stopped")
            assert.match(
                fault!.sentence,
                /^The cart stopped while live: emergency stop: release it/
            )
        })
        .when(
            () => session.view.state().message !== null,
            () => {
                const { message, cartState } = session.view.state()
                assert.match(message!, /^The cart refused: the emergency stop is still pressed/)
                assert.is(cartState, "stopped")
                session.cart.board.releaseEstop()
            }
        )
        // Its release alone changes nothing.
        .pause(1)
        .click("reset")
        .click("home")
        .click("live")
        .watch()
        .run()
    assert.is(failure, undefined)
    assert.equal(session.commands, [
        ...["home", "live", "reset", "reset", "home", "live", "standby"],
    ])
})

test("an acknowledgement with the cause present is refused and the cause shown; the session ends with the fault as its reason [IVUS-ALM-007, IVUS-DSP-004]", async () => {
    const session = new Session()
    const failure = await session
        .watch()
        .act(() => session.cart.board.rig.faults.inject("over-temperature", 0))
        .click("acknowledge")
        .when(
            () => session.view.state().message !== null,
            () => {
                const { message, question, cartState } = session.view.state()
                assert.match(
                    message!,
                    /^The cart refused: the cause of the fault is still present.* \(114: .*overheated/
                )
                assert.is(cartState, "fault")
                assert.is(question!.kind, "acknowledge")
            }
        )
        .run()
    assert.match(failure!.message, /^The cart stopped while live: .*overheated.* \(fault 114\)\.$/)
    assert.equal(session.commands, ["home", "live", "acknowledge"])
})

test("a cut link is a fault that ends control, and is acknowledged by a click in the next session [IVUS-LNK-001, IVUS-DSP-004]", async () => {
    const session = new Session()
    const failure = await session
        .watch()
        .act(() => session.cart.cutLink())
        .click("acknowledge", () => {
            const { fault } = session.view.state()
            assert.match(
                fault!.sentence,
                /^The cart stopped while live: the link .*\(fault 141\)\.$/
            )
            assert.match(fault!.detail!, /^code 141; the host's last message was \d+ ms old$/)
        })
        .click("home")
        .click("live")
        .watch()
        .run()
    assert.is(failure, undefined)
    assert.equal(session.commands, ["home", "live", "acknowledge", "home", "live", "standby"])
})

test("a homing that a person stops at the page is asked for again, without a fault", async () => {
    const session = new Session()
    const failure = await session
        .watch()
        .act(() => session.cart.board.pressEstop())
        .act(() => session.cart.board.releaseEstop())
        .click("reset")
        .click("home")
        .when(
            () => session.view.state().moving,
            () => assert.is(session.view.handle({ kind: "stop" }), undefined)
        )
        .when(
            () => session.question?.kind === "home",
            () => assert.is(session.view.state().fault, null)
        )
        .run()
    assert.is(failure, undefined)
    assert.equal(
        session.told.filter(line => line.includes("homing")),
        []
    )
})

test.run()
