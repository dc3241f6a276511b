// All faults of the virtual board, grouped by the device that each disturbs.

import { type Catheter, FRONT_END_UN0RICK } from "../../src/shared/acquisition/catheters"
import type { FaultTable } from "./fault"
import { FRAM_FAULTS } from "./fram/faults"
import { LINE_ENGINE_FAULTS, ROTOR_FAULTS } from "./line-engine/faults"
import { LINK_FAULTS } from "./network/faults"
import { SAFETY_FAULTS } from "./safety-circuit/faults"
import { SLED_FAULTS, type SledFault } from "./sled/faults"
import { UN0RICK_FAULTS } from "./un0rick/faults"
import type { VirtualBoard } from "./virtual-board"

export interface FaultGroup {
    readonly name: string
    /** The part that the cart must have for these faults, with its article. */
    readonly needs: string
    isOn(catheter: Catheter): boolean
    /** What each fault does, by its name. */
    readonly faults: Readonly<Record<string, { readonly text: string }>>
    /** @returns a function that ends the fault; undefined if it is momentary or cannot be undone */
    start(name: string, board: VirtualBoard, nowUs: number): (() => void) | undefined
}

const hasUn0rick = (catheter: Catheter): boolean => catheter.front_end === FRONT_END_UN0RICK

function group<Device>(
    name: string,
    needs: string,
    isOn: (catheter: Catheter) => boolean,
    faults: FaultTable<Device>,
    deviceOf: (board: VirtualBoard) => Device
): FaultGroup {
    return {
        ...{ name, needs, isOn, faults },
        start: (fault, board, nowUs) =>
            faults[fault]!.start(deviceOf(board), nowUs, 0) ?? undefined,
    }
}

export const FAULT_GROUPS: readonly FaultGroup[] = [
    {
        name: "sled",
        needs: "a sled",
        isOn: () => true,
        faults: SLED_FAULTS,
        start: (fault, board, nowUs) => {
            const { faults } = board.rig
            faults.inject(fault, nowUs)
            if (!faults.active.includes(fault as SledFault)) return undefined
            return () => faults.clear(fault, board.clock.nowUs)
        },
    },
    group(
        "line engine",
        "a line engine",
        catheter => !hasUn0rick(catheter),
        LINE_ENGINE_FAULTS,
        board => board.engine
    ),
    group(
        "rotor",
        "a rotor",
        catheter => Boolean(catheter.rotor_sign),
        ROTOR_FAULTS,
        board => board.engine
    ),
    group("un0rick", "an un0rick", hasUn0rick, UN0RICK_FAULTS, board => board.un0rick),
    group(
        "link",
        "a link",
        () => true,
        LINK_FAULTS,
        board => board.link
    ),
    group(
        "safety circuit",
        "a safety circuit",
        () => true,
        SAFETY_FAULTS,
        board => board.safety
    ),
    group(
        "FRAM",
        "a FRAM",
        () => true,
        FRAM_FAULTS,
        board => board.fram
    ),
]

export const FAULT_NAMES: readonly string[] = FAULT_GROUPS.flatMap(({ faults }) =>
    Object.keys(faults)
)

/** @returns undefined for a fault that does not exist */
export function faultGroupOf(name: string): FaultGroup | undefined {
    return FAULT_GROUPS.find(({ faults }) => Object.hasOwn(faults, name))
}
