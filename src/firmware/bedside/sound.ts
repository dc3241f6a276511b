// Times the pulses of the alarm whose sound is on. Imports no hardware, and the time is passed in: Node runs the same code as the VM.

import { PRIORITY_HIGH, PRIORITY_MEDIUM, signalOf } from "../../shared/alarms"

/** After the third and the fifth of five pulses of a high-priority sound, the pause is longer: two groups of five are told apart. */
const GROUP = 5
const GROUP_PAUSE_MS = 400
const THIRD_PAUSE_MS = 200

let sounding = 0
let pulses = 0
let pulse_ms = 0
let interval_ms = 0
/** Pulses of the burst that were played. */
let played = 0
let next_ms = 0
/** End of the tone that was sent last: a new sound does not wait for the pause after it. */
let tone_end_ms = 0

/** To be called each 10 ms. @returns length of the pulse that is due, in ms; 0: none */
export function pulseDue(priority: number, now_ms: number): number {
    if (priority !== sounding) {
        sounding = priority
        const signal = signalOf(priority)
        pulses = signal.pulses
        pulse_ms = signal.pulse_ms
        interval_ms = signal.interval_ms
        played = 0
        next_ms = Math.max(tone_end_ms, now_ms)
    }
    return pulses > 0 && now_ms >= next_ms ? pulse_ms : 0
}

/** The pulse has been sent to the buzzer. */
export function pulsePlayed(now_ms: number): void {
    ++played
    let pause_ms = pulse_ms
    if (played === pulses) {
        played = 0
        pause_ms = interval_ms
    } else if (played % GROUP === 0) pause_ms = GROUP_PAUSE_MS
    else if (sounding === PRIORITY_HIGH && played % GROUP === 3) pause_ms = THIRD_PAUSE_MS
    tone_end_ms = now_ms + pulse_ms
    next_ms = tone_end_ms + pause_ms
}

/** Whether a beep would not disturb the sound of an alarm, or another beep. */
export function beepFits(now_ms: number): boolean {
    return pulses === 0 && now_ms >= tone_end_ms
}

/** A beep of `ms` has been sent to the buzzer: a pulse waits until it is over. */
export function beepPlayed(ms: number, now_ms: number): void {
    tone_end_ms = now_ms + ms
}

/** Frequency of the sound in Hz: the more urgent, the higher. */
export function pitchHz(priority: number): number {
    if (priority === PRIORITY_HIGH) return 880
    return priority === PRIORITY_MEDIUM ? 660 : 440
}
