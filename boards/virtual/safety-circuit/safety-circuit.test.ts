// The safety circuit against the truth table and the failure table of boards/README.md. Virtual time is exact: no tolerance.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { SAFETY_FAULTS } from "./faults"
import { SafetyCircuit } from "./safety-circuit"
import { WATCHDOG_US } from "./watchdog"
import { VirtualClock } from "../vm/virtual-clock"

const test = suite("safety circuit")

function bench() {
    const clock = new VirtualClock()
    const circuit = new SafetyCircuit(clock, () => undefined)
    let level = false
    const beat = (): void => circuit.setHeartbeat((level = !level))
    const pulse = (): void => {
        circuit.setRearm(true)
        circuit.setRearm(false)
    }
    const wait = (us: number): void => {
        const until = clock.nowUs + us
        while (clock.step(until));
    }
    /** A circuit with heartbeat, re-armed and with the motor enabled by its pin. */
    const armed = (): void => {
        beat()
        pulse()
        circuit.setDrvEnn(false)
    }
    return { circuit, beat, pulse, wait, armed }
}

const OFF = { motorOff: true, transmitInhibited: true, sense: false }
const ON = { motorOff: false, transmitInhibited: false, sense: true }

test("is off at power-on, and heartbeat alone does not switch it on [IVUS-SAF-003]", () => {
    const { circuit, beat, wait } = bench()
    assert.equal(circuit.outputs, OFF)
    circuit.setDrvEnn(false)
    for (let i = 0; i < 50; i++) {
        beat()
        wait(10_000)
        assert.equal(circuit.outputs, OFF)
    }
})

test("only a rising edge of SAFE_REARM with heartbeat and closed chain arms it", () => {
    const { circuit, beat, pulse, armed } = bench()
    pulse()
    assert.not(circuit.safe, "without heartbeat")
    beat()
    circuit.chain.press("bedside")
    pulse()
    assert.not(circuit.safe, "with the e-stop pressed")
    circuit.chain.release("bedside")
    assert.not(circuit.safe, "released, not re-armed")
    armed()
    assert.equal(circuit.outputs, ON)
    circuit.setDrvEnn(true)
    assert.equal(circuit.outputs, { ...ON, motorOff: true })
})

test("a level of SAFE_REARM that is stuck at either level never arms it again", () => {
    for (const stuck of [true, false]) {
        const { circuit, beat, wait, armed } = bench()
        armed()
        circuit.setRearm(stuck)
        wait(WATCHDOG_US)
        assert.equal(circuit.outputs, OFF)
        for (let i = 0; i < 20; i++) {
            circuit.setRearm(stuck)
            beat()
            wait(10_000)
            assert.equal(circuit.outputs, OFF)
        }
    }
})

test("the watchdog, an e-stop button and a cut wire each switch off at once and stay off until re-armed [IVUS-SAF-001, IVUS-SAF-002, IVUS-SAF-003]", () => {
    const openings: ((b: ReturnType<typeof bench>) => void)[] = [
        b => b.wait(WATCHDOG_US),
        b => b.circuit.chain.press("cart"),
        b => b.circuit.chain.press("bedside"),
        b => b.circuit.chain.cutWire(true),
    ]
    for (const open of openings) {
        const b = bench()
        b.armed()
        open(b)
        assert.equal(b.circuit.outputs, OFF)
        b.circuit.chain.release("cart")
        b.circuit.chain.release("bedside")
        b.circuit.chain.cutWire(false)
        b.beat()
        assert.equal(b.circuit.outputs, OFF)
        b.pulse()
        assert.equal(b.circuit.outputs, ON)
    }
})

test("each fault has the effect of the failure table, and ends when it is removed", () => {
    const expected: Record<string, { armed: object; expired: object }> = {
        estop: { armed: OFF, expired: OFF },
        "estop-wire": { armed: OFF, expired: OFF },
        "estop-bridged": { armed: ON, expired: OFF },
        "sense-high": { armed: ON, expired: { ...OFF, sense: true } },
        "sense-low": { armed: { ...ON, sense: false }, expired: OFF },
        "rearm-open": { armed: OFF, expired: OFF },
        "watchdog-stuck": { armed: ON, expired: ON },
        "latch-stuck": { armed: ON, expired: OFF },
        "motor-gate": { armed: ON, expired: { ...OFF, motorOff: false } },
        "motor-gate-safe": { armed: ON, expired: { ...OFF, motorOff: false } },
        "motor-gate-open": { armed: { ...ON, motorOff: true }, expired: OFF },
        "transmit-gate": { armed: ON, expired: { ...OFF, transmitInhibited: false } },
    }
    assert.equal(Object.keys(expected), Object.keys(SAFETY_FAULTS))
    for (const [name, { armed, expired }] of Object.entries(expected)) {
        const b = bench()
        const end = SAFETY_FAULTS[name]!.start(b.circuit, 0, 0)
        b.armed()
        assert.equal(b.circuit.outputs, armed, name)
        b.wait(WATCHDOG_US)
        assert.equal(b.circuit.outputs, expired, name)
        end!()
        assert.equal(b.circuit.outputs, OFF, name)
        b.armed()
        assert.equal(b.circuit.outputs, ON, name)
    }
})

test("a stuck latch loses only the latching: SAFE returns with the heartbeat", () => {
    const b = bench()
    b.armed()
    SAFETY_FAULTS["latch-stuck"]!.start(b.circuit, 0, 0)
    b.wait(WATCHDOG_US)
    assert.equal(b.circuit.outputs, OFF)
    b.beat()
    assert.equal(b.circuit.outputs, ON)
})

test.run()
