// A session that records requests, a cart's status messages, and an operator whose answers a test gives.

import type { Status } from "../../../shared/protocol/messages"
import type { CartSession } from "../../link/cart-session"
import type { Motion, Operator } from "../operator"

/** Records every command and setup. */
export class RecordingSession {
    readonly commands: number[] = []
    setups = 0
    /** How often control was asked for. */
    controls = 0
    /** How often control was given back. */
    givenBack = 0
    readonly session = {
        command: (command: number) => this.commands.push(command),
        takeControl: () => void this.controls++,
        giveBackControl: () => void this.givenBack++,
        setup: () => void this.setups++,
    } as unknown as CartSession
}

/** An operator who answers when the test says so. */
export class ScriptedOperator {
    readonly asked: Motion[] = []
    private go: () => void = () => undefined
    private refuse: (why: string) => void = () => undefined

    readonly operator: Operator = (motion, go, refuse) => {
        this.asked.push(motion)
        this.go = go
        this.refuse = refuse
    }

    get last(): Motion | undefined {
        return this.asked.at(-1)
    }

    yes(): void {
        this.go()
    }

    no(): void {
        this.refuse("The operator said no.")
    }
}

export function statusOf(state: number, positionMm = 1, fault = 0): Status {
    return {
        ...{ state, fault, time_ms: 0, position_nm: Math.round(positionMm * 1e6), speed_nm_s: 0 },
        ...{ fifo_lines: 0, lines_fired: 0, lines_sent: 0, credit_bytes: 0, flags: 0, control: 0 },
        ...{ fault_value: 0, alarm: fault, warnings: 0 },
    }
}
