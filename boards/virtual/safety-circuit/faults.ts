// The faults of the safety circuit and of the e-stop chain.

import type { FaultTable } from "../fault"
import type { SafetyCircuit } from "./safety-circuit"

export const SAFETY_FAULTS: FaultTable<SafetyCircuit> = {
    estop: {
        text: "the emergency stop at the cart is pressed",
        start: ({ chain }) => {
            chain.press("cart")
            return () => chain.release("cart")
        },
    },
    "estop-wire": {
        text: "the wire of the e-stop chain is cut",
        start: ({ chain }) => {
            chain.cutWire(true)
            return () => chain.cutWire(false)
        },
    },
    "estop-bridged": {
        text: "the e-stop chain has a short to 3.3 V: its buttons have no effect",
        start: ({ chain }) => {
            chain.short(true)
            return () => chain.short(false)
        },
    },
    "sense-high": {
        text: "SAFE_SENSE is stuck high",
        start: circuit => circuit.defect("sense", true),
    },
    "sense-low": {
        text: "SAFE_SENSE is stuck low",
        start: circuit => circuit.defect("sense", false),
    },
    "rearm-open": {
        text: "the wire SAFE_REARM is open",
        start: circuit => circuit.defect("rearmOpen", true),
    },
    "watchdog-stuck": {
        text: "the watchdog of the safety circuit never expires",
        start: circuit => circuit.defect("watchdogStuck", true),
    },
    "latch-stuck": {
        text: "the latch of the safety circuit is stuck on",
        start: circuit => circuit.defect("latchStuck", true),
    },
    "motor-gate": {
        text: "the gate to DRV_ENN of the motor driver is stuck at enabled",
        start: circuit => circuit.defect("motorGateLow", true),
    },
    "motor-gate-safe": {
        text: "the gate to DRV_ENN of the motor driver ignores SAFE",
        start: circuit => circuit.defect("motorGateIgnoresSafe", true),
    },
    "motor-gate-open": {
        text: "the wire of DRV_ENN of the motor driver is open",
        start: circuit => circuit.defect("motorGateOpen", true),
    },
    "transmit-gate": {
        text: "the gate to TX_INHIBIT is stuck at allowed",
        start: circuit => circuit.defect("transmitGateLow", true),
    },
}
