// Which part of the cart each disturbance concerns, and which part each fault code names.

import type { CaseDisturbance, CauseGroup } from "./case"
import * as codes from "../../shared/codes"

const GROUPS: readonly (readonly [CauseGroup, readonly number[]])[] = [
    ["bus", [101, 102, 107, 108, 110, 118, 119, 120, 142]],
    ["front end", [121, 122, 123, 127, 128, 130, 131, 132, 172, 173, 174, 180, 181, 182]],
    ["supply", [103, 104, 113, 114, 115, 124, 133, 176]],
    ["encoder", [105, 107, 108, 112, 120, 140]],
    ["switch", [105, 106, 107, 109, 139, 140]],
    // The sled, its motor and what it drives: the load and the encoder are compared, so these cannot always be told apart.
    ["mechanics", [105, 106, 107, 108, 110, 120]],
    ["link", [codes.FAULT_LINK_LOST]],
    ["program", [codes.FAULT_LOOP_LATE, 163, 171, 172]],
    ["e-stop", [162, 164, 165, 166, 167, 171]],
]

/** The parts that a fault may name; none for a code that is in no group. */
export function groupOfCode(code: number): CauseGroup[] {
    return GROUPS.filter(([, members]) => members.includes(code)).map(([group]) => group)
}

const OF_FAULT: Readonly<Record<string, CauseGroup | CauseGroup[]>> = {
    stall: "mechanics",
    load: "mechanics",
    "stick-slip": "mechanics",
    "screw-slip": "mechanics",
    "encoder-dead": "encoder",
    "encoder-reversed": "encoder",
    "encoder-slip": "encoder",
    "encoder-jump": "encoder",
    "encoder-unplugged": "encoder",
    "home-switch-wire-cut": "switch",
    // The sled then reaches its end, where it does not follow its motor.
    "home-switch-short": ["switch", "mechanics"],
    "home-switch-chatters": "switch",
    "far-switch-wire-cut": "switch",
    "far-switch-short": ["switch", "mechanics"],
    "far-switch-chatters": "switch",
    "switch-cable-off": "switch",
    "driver-reset": "supply",
    "engine-reset": "supply",
    "engine-all-ones": "front end",
    "estop-wire": "e-stop",
    "sense-low": "e-stop",
    "motor-gate": "e-stop",
    "motor-gate-open": "e-stop",
    "bus-all-ones": "bus",
    "bus-all-zeros": "bus",
    "bus-stuck": "bus",
}

/** The parts that a fault may name after a disturbance. */
export function groupsOf(disturbance: CaseDisturbance | undefined): CauseGroup[] {
    if (!disturbance) return ["none"]
    switch (disturbance.what) {
        case "bus": {
            const group = disturbance.device === "front" ? "front end" : "bus"
            // A controller that waits for its bus is late, and so is the poll of the motor driver on the same bus.
            return disturbance.how.how === "delayed" ? [group, "program", "bus"] : [group]
        }
        case "fault":
            return [OF_FAULT[disturbance.name] ?? "supply"].flat()
        case "link":
            return ["link"]
        case "estop":
            return ["e-stop"]
        default:
            // The host is not served meanwhile, and may leave.
            return ["program", "link"]
    }
}
