// The messages between the simulator and its page, as JSON in text messages; the display comes as binary messages.

import type { Lesson } from "./fault-lessons"

/** Path of the simulator's WebSocket. */
export const SIMULATOR_PATH = "/simulator"
/** Path of the WebSocket of the live picture, with the protocol of the console (../console). */
export const LIVE_PATH = "/live"

/** The buttons in the order of their numbers (src/shared/devices/bedside-unit.ts). */
export const BUTTON_NAMES = [
    "live",
    "arm",
    "start",
    "home",
    "jog-distal",
    "jog-proximal",
    "return",
    "release",
    "ack",
    "dial",
] as const
export type ButtonName = (typeof BUTTON_NAMES)[number]

/** First byte of a binary message with the display's memory. */
export const DISPLAY_MESSAGE = 1
/** Bytes that follow it: 8 pages of 128 bytes; a byte is 8 rows of one column, bit 0 on top. 0 pixels if the display is off. */
export const DISPLAY_BYTES = 1024

/** How the simulation keeps up with the wall clock. */
export interface RealTimeState {
    /** Simulated time per real time of the last seconds: 1 is real time. */
    readonly factor: number
    /** Processor time of this process, in percent of one core. */
    readonly loadPercent: number
    /** How far the simulation is behind the wall clock since it started. */
    readonly behindMs: number
    /** This computer is too slow: everything is slower than in reality, but nothing fails because of it. */
    readonly isTooSlow: boolean
}

export interface UnitState {
    readonly plugged: boolean
    /** The cart has heard the unit on the bus. */
    readonly cartHeard: boolean
    /** Pressed on any page, or stuck. */
    readonly pressed: readonly ButtonName[]
    /** Brightness 0 to 1: power, motion, ultrasound, red alarm, yellow alarm. */
    readonly lamps: readonly number[]
    readonly estopPressed: boolean
}

export interface CartState {
    /** Name of the state; null while the host does not hear the cart. */
    readonly state: string | null
    /** The unit's word for it. */
    readonly word: string | null
    /** From the home switch; null while it is not known. */
    readonly positionMm: number | null
    /** Measured by the instruments of the simulator. */
    readonly speedMmPerS: number
    /** What is left of the pullback or the return; null in other states. */
    readonly remainingMm: number | null
    /** Length of the pullback that is going on, or the latest one; null before the first picture. */
    readonly lengthMm: number | null
    /** "nobody", "the host" or "a bedside unit"; null while the host does not hear the cart. */
    readonly control: string | null
    /** The fault or emergency stop in force, in the words of the unit: what it is and what to do. */
    readonly fault: { readonly code: number; readonly text: string } | null
}

export interface LessonStep {
    readonly text: string
    readonly done: boolean
    readonly current: boolean
}

export interface LessonState {
    readonly title: string
    readonly steps: readonly LessonStep[]
}

/** A fault that can be caused, and what the operator learns from it. */
export interface FaultState extends Lesson {
    /** It is in force. */
    readonly caused: boolean
    /** It can be undone; a momentary one cannot. */
    readonly undo: boolean
    /** Why it cannot be caused now; null if it can. */
    readonly unavailable: string | null
    /** From the cause to standstill, by the instruments; null until then, or if nothing moved. */
    readonly stoppedMs: number | null
    /** From the cause until the operator had acknowledged it, or reset the cart; null until then. */
    readonly youS: number | null
}

export interface ReviewState {
    /** Number of the practice run that it shows. */
    readonly run: number
    /** Of the review in the browser. */
    readonly url: string
    readonly verdict: string
    /** Folder of the run. */
    readonly folder: string
}

/** Server to page: at most ten times a second, when something has changed. */
export interface SimulatorState {
    readonly type: "state"
    readonly realTime: RealTimeState
    /** Number of the latest pullback that has begun; 0 before the first one. */
    readonly run: number
    readonly catheter: string
    readonly unit: UnitState
    readonly cart: CartState
    readonly lesson: LessonState
    readonly faults: readonly FaultState[]
    /** Of the latest run that has results, until the next pullback begins. */
    readonly review: ReviewState | null
    /** Number of the run whose results are being made. */
    readonly makingRun: number | null
    readonly message: string | null
}

/** Server to page: the buzzer sounds. */
export interface Tone {
    readonly type: "tone"
    readonly frequencyHz: number
    /** 0 to 1. */
    readonly volume: number
    readonly ms: number
}

/** Server to page: why a request was not carried out. */
export interface Refusal {
    readonly type: "refusal"
    readonly text: string
}

export type ServerMessage = SimulatorState | Tone | Refusal

/** Page to server. A press lasts until its release; a page that leaves releases all that it has pressed. */
export type PageRequest =
    | { readonly press: ButtonName }
    | { readonly release: ButtonName }
    /** Clicks of the dial, positive = clockwise. */
    | { readonly turn: number }
    /** The emergency stop of the unit: pressed, or turned out. */
    | { readonly estop: boolean }
    /** The cable of the unit: plugged in or not. */
    | { readonly cable: boolean }
    /** The name of a fault. */
    | { readonly cause: string }
    | { readonly undo: string }
    /** Causes a fault that is not named, at a time that is not said. */
    | { readonly surprise: true }
    /** The operator opens the review of the run with this number. */
    | { readonly reviewed: number }
    | { readonly releaseAll: true }
