// Why the cart of a live session stands still: its fault, the emergency stop, or the lost link; for technician and engineer.

import { isLatched } from "../../shared/cart-machine"
import type { Event, Restart, Status } from "../../shared/protocol/messages"
import { type Alarm, alarmOf } from "../run/alarm"
import { valueText } from "../run/alarm-text"
import { restartDetail, restartText } from "../run/restart-text"
import { StopCause } from "../run/stop-cause"

export interface LiveFaultState {
    /** For the technician: what happened, and what to do about it. */
    readonly sentence: string
    /** For the engineer: code, value, and time if the fault occurred in this session; null for a lost link. */
    readonly detail: string | null
}

export class LiveFault {
    private readonly cause = new StopCause()
    /** The latest fault that was reported as an event, which has its value. */
    private reported: Alarm | undefined
    private fault: number | undefined
    private value = 0
    private lost: string | undefined
    private boots: number | undefined

    onState(state: number): void {
        this.cause.onState(state)
        this.lost = undefined
        if (!isLatched(state)) this.fault = this.reported = undefined
    }

    /** To be called after {@link onState}. */
    onStatus({ state, fault, fault_value }: Status): void {
        if (!isLatched(state)) return
        this.fault = fault
        this.value = fault_value
    }

    onEvent(event: Event): void {
        const alarm = alarmOf(event)
        if (!alarm?.isFault) return
        this.reported = alarm
        this.fault = alarm.code
    }

    /** @returns the sentence for the user; undefined after an ordinary power-up and for a start that is known already */
    onRestart(restart: Restart): string | undefined {
        const before = this.boots
        this.boots = restart.boots
        if (before === restart.boots) return undefined
        this.cause.forget()
        return before === undefined ? restartText(restart) : restartDetail(restart)
    }

    linkLost(sentence: string): void {
        this.lost = sentence
        this.fault = this.reported = undefined
    }

    state(): LiveFaultState | null {
        const { lost, fault, reported } = this
        if (lost !== undefined) return { sentence: lost, detail: null }
        if (fault === undefined) return null
        const sentence = this.cause.text(fault)
        if (reported?.code === fault) return { sentence, detail: reported.detail }
        // Found when the session opened: when it occurred is in the cart's event log.
        const value = valueText(fault, this.value) ?? `value ${this.value}`
        return { sentence, detail: `code ${fault}; ${value}` }
    }
}
