// The wiring check's requests to the cart: when it releases, reads, asks for a reset and engages, without a cart.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import * as reg from "../../shared/devices/tmc5160"
import { STATUS_MOTOR_ON, STATUS_SAFE } from "../../shared/protocol/messages"
import * as d from "../../shared/protocol/register-dump"
import { Interrupted } from "../errors"
import { WiringCheck } from "../registers/wiring-check"
import { RecordingSession, statusOf } from "./testing/scripted-operator"
import { WiringClient } from "./wiring-client"

const STEP_MS = 1000

/** A cart whose messages the test writes. */
class Bench {
    readonly session = new RecordingSession()
    readonly asked: boolean[] = []
    answer: (mayReset: boolean) => void = () => undefined
    withdrawn = 0
    nowMs = 0
    readonly check = new WiringCheck(STEP_MS, () => undefined)
    readonly client = new WiringClient(
        this.session.session,
        this.check,
        () => this.nowMs,
        (isAgain, answer) => {
            this.asked.push(isAgain)
            this.answer = answer
            return () => void this.withdrawn++
        }
    )

    status(state: number, flags = STATUS_SAFE, fault: number = codes.GOOD): void {
        this.client.listener.onStatus!({ ...statusOf(state, 0, fault), flags })
    }

    refuse(reason: number): void {
        this.client.listener.onRefusal!({
            ...{ command: machine.COMMAND_RESET, serial: 0, reason, value: 0 },
        })
    }

    /** All registers that a reading needs, for the last dump that was requested. */
    reading(inputs: number = reg.IOIN_DRV_ENN): void {
        const serial = this.session.commands.lastIndexOf(machine.COMMAND_DUMP) + 1
        const values = [
            [d.DUMP_MOTOR, reg.IOIN, (reg.IOIN_VERSION << 24) | inputs],
            [d.DUMP_CART, d.CART_FCLK_HZ, 12e6],
            [d.DUMP_CART, d.CART_MICROSTEPS_PER_M, 51.2e6],
            [d.DUMP_CART, d.CART_ENCODER_NM_PER_COUNT, 1000],
            [d.DUMP_MOTOR, reg.X_ENC, 0],
            [d.DUMP_MOTOR, reg.ENC_CONST, 0x0033_07d0],
        ] as const
        values.forEach(([chip, address, value], index) =>
            this.client.listener.onRegister!({
                ...{ serial, index, count: 99, chip, address, value: value >>> 0 },
                source: address === reg.ENC_CONST ? d.SOURCE_SHADOW : d.SOURCE_READ,
            })
        )
    }

    get last(): number | undefined {
        return this.session.commands.filter(c => c !== machine.COMMAND_DUMP).at(-1)
    }
}

const test = suite("wiring client")

test("switches the motor off before it reads", () => {
    const bench = new Bench()
    bench.status(machine.STATE_UNHOMED)
    assert.equal(bench.session.commands, [machine.COMMAND_RELEASE])
    bench.status(machine.STATE_MANUAL)
    assert.is(bench.session.commands.at(-1), machine.COMMAND_DUMP)
})

test("a stopped cart is reset only after yes, asked for again after a refusal, then released", () => {
    const bench = new Bench()
    bench.status(machine.STATE_STOPPED, 0, codes.FAULT_ESTOP)
    bench.reading()
    assert.equal(bench.asked, [false])
    bench.reading()
    assert.equal(bench.asked, [false], "one question at a time")
    assert.is(bench.last, undefined)
    bench.answer(true)
    assert.is(bench.last, machine.COMMAND_RESET)
    bench.refuse(codes.REFUSED_ESTOP)
    assert.is(bench.client.failure, undefined)
    bench.reading()
    assert.equal(bench.asked, [false, true])
    bench.answer(true)
    bench.status(machine.STATE_SELF_TEST, 0)
    bench.status(machine.STATE_UNHOMED)
    assert.is(bench.last, machine.COMMAND_RELEASE)
})

test("after no, or without an answer in time, nothing is reset and the question is withdrawn", () => {
    const refusing = new Bench()
    refusing.status(machine.STATE_STOPPED, 0, codes.FAULT_ESTOP)
    refusing.reading()
    refusing.answer(false)
    refusing.reading()
    assert.match(refusing.check.results.at(-2)!.text, /not judged, as the cart was not reset/)

    const silent = new Bench()
    silent.status(machine.STATE_STOPPED, 0, codes.FAULT_ESTOP)
    silent.reading()
    silent.nowMs = STEP_MS
    silent.reading()
    assert.is(silent.withdrawn, 1)
    silent.answer(true)
    for (const { last } of [refusing, silent]) assert.is(last, undefined)
})

test("a cart that holds its sled in fault is not judged", () => {
    const bench = new Bench()
    bench.status(machine.STATE_FAULT, STATUS_MOTOR_ON | STATUS_SAFE, codes.FAULT_STALL)
    bench.reading(0)
    assert.match(
        bench.client.failure!.message,
        /holds its sled, as it is in fault: .* \(fault 108\)\./
    )
    assert.equal(bench.check.results, [])
})

test("ends if another device is in control, also between two readings", () => {
    const bench = new Bench()
    bench.status(machine.STATE_STOPPED, 0, codes.FAULT_ESTOP)
    bench.refuse(codes.REFUSED_CONTROL)
    assert.match(bench.client.failure!.message, /another device is in control of the cart/)
})

test("ended by the user, it says in which state the cart is", () => {
    const bench = new Bench()
    bench.status(machine.STATE_MANUAL)
    bench.client.abort()
    assert.instance(bench.client.failure, Interrupted)
    assert.match(bench.client.failure!.message, /nothing was moved \(state: manual\)/)
})

test.run()
