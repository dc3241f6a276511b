// The type of vectors.json: inputs of src/shared and the expected results.

import type { MoveRequest, MoveLimits, MovePlan } from "../../shared/motion/move-terms"
import type { Remaining, SpeedChange } from "../../shared/motion/speed-change"

/** Bytes are hex; names are those exported by the code. */
export interface Vectors {
    readonly about: string
    readonly link: {
        readonly magic: number
        readonly version: number
        readonly header_length: number
        readonly payload_max: number
        readonly layout_hash: number
    }
    /** Exported constants with a meaning on the link: types, flags, states, requests, reasons, registers. */
    readonly constants: Readonly<Record<string, number>>
    readonly numbers: readonly {
        format: string
        value: number
        hex: string
        read: number
    }[]
    /** A text of 16 bytes; `read` is the text read back. */
    readonly texts: readonly { text: string; hex: string; read: string }[]
    readonly crc32c: readonly { hex: string; seed: number; crc: number }[]
    readonly crc8: readonly { hex: string; crc: number }[]
    /** A header sealed from its fields. */
    readonly seals: readonly { fields: Fields; hex: string }[]
    readonly headers: readonly { name: string; hex: string; verdict: string }[]
    readonly messages: readonly {
        layout: string
        fields: Fields
        hex: string
    }[]
    readonly lines: readonly { fields: Fields; samples: string; hex: string }[]
    /** A session start: key, first two bursts, derived secrets, then the other bursts. */
    readonly greetings: readonly {
        key: string
        hello: string
        challenge: string
        /** SHA-256 of both. */
        transcript: string
        host_proof: string
        board_proof: string
        host_key: string
        board_key: string
        host_proof_burst: string
        board_proof_burst: string
        accept: string
    }[]
    /** Tags of bursts; a numeric payload is its length: byte i is 3 + 29 i modulo 256. */
    readonly tags: readonly {
        key: string
        header: string
        payload: string | number
        tag: string
    }[]
    /** The first 16 samples of a test line. */
    readonly test_lines: readonly { index: number; hex: string }[]
    readonly amplitudes: readonly { code: number; amplitude: number }[]
    readonly codes: readonly { amplitude: number; code: number }[]
    readonly speeds: readonly {
        speed_nm_s: number
        microsteps_per_mm: number
        fclk_hz: number
        vmax: number
        made_nm_s: number
    }[]
    readonly accelerations: readonly {
        accel_nm_s2: number
        microsteps_per_mm: number
        fclk_hz: number
        amax: number
    }[]
    readonly signs: readonly { value: number; bits: number; signed: number }[]
    /** Records as stored on a board; `places` (motor positions with the lead-screw error) only for valid ones. */
    readonly calibrations: readonly {
        name: string
        hex: string
        verdict: number
        places: readonly {
            microsteps: number
            error_nm: number
            factor: number
        }[]
    }[]
    readonly ramps: readonly { speed_nm_s: number; length_nm: number }[]
    readonly pullbacks: readonly {
        start_nm: number
        speed_nm_s: number
        length_nm: number
        plan: Readonly<Record<string, number>>
    }[]
    /** An empty plan is a refusal. */
    readonly moves: readonly {
        kind: number
        from_nm: number
        request: MoveRequest
        limits: MoveLimits
        reason: number
        value: number
        plan: Partial<MovePlan>
    }[]
    readonly speed_changes: readonly {
        position_nm: number
        now_nm_s: number
        new_nm_s: number
        left: Remaining
        reason: number
        value: number
        change: Partial<SpeedChange>
    }[]
    /** Stops and trigger decisions of one gated pullback. */
    readonly gates: {
        request: MoveRequest
        from_nm: number
        limits: MoveLimits
        stops: readonly { index: number; nm: number }[]
        triggers: readonly {
            since_ms: number
            triggered: boolean
            first: boolean
            verdict: number
        }[]
    }
    /** Row = state: the next state for each event from 0 on, 255 if it is refused. */
    readonly transitions: readonly string[]
    readonly activity: readonly {
        state: number
        moves: boolean
        fires: boolean
    }[]
    readonly budgets: readonly {
        catheter: string
        frame_rate_mhz: number
        budget: Readonly<Record<string, number>>
    }[]
    readonly tables: readonly {
        catheter: string
        /** CRC-32C of all entries of a frame. */
        crc: number
        entries: readonly { index: number; hex: string }[]
    }[]
    /** TGC of a catheter with these values instead of its own; `given` is a curve that replaces start and slope, or empty. */
    readonly gains: readonly {
        catheter: string
        depth_um: number
        start_cdb: number
        slope_cdb_per_mm: number
        given: readonly number[]
        /** Step and curve. */
        hex: string
        at: readonly { time_ns: number; cdb: number }[]
    }[]
    /** Payload of a catheter's data, and the index of the first invalid field; -1: none. */
    readonly catheters: readonly { hex: string; wrong: number }[]
    /** Settings of the un0rick board; 0 if outside its range. */
    readonly un0rick: readonly {
        frequency_khz: number
        half_period: number
        depth_um: number
        words: number
        tgc_cdb: readonly number[]
        tgc_step_ns: number
        radius_um: number
        step: number
        gain: number
    }[]
    readonly alarms: {
        readonly classes: readonly { code: number; name: string }[]
        readonly signals: readonly {
            priority: number
            lamp: string
            flash_chz: number
            pulses: number
            pulse_ms: number
            interval_ms: number
        }[]
        /** One sequence: the code that is shown, the priority that sounds, the bits of the warnings, and the number of alarms after each step. */
        readonly steps: readonly {
            act: "begin" | "end" | "acknowledge" | "pause" | "look"
            code: number
            now_ms: number
            shown: number
            sound: number
            warnings: number
            count: number
        }[]
    }
    /**
     * Contract versions of a cart and of a host, and the code that names the older one; 0: they fit. The text is that of the
     * program version with the low byte of `other` as patch.
     */
    readonly versions: readonly { cart: number; other: number; reason: number; text: string }[]
    /** Entries of the event log: the block of each, the oldest one beside it, and what is found in its block, whole or damaged. */
    readonly ring: readonly {
        entry: Fields
        hex: string
        block: number
        oldest: number
        found: number
        damaged: number
    }[]
    /** The worked examples of README.md. */
    readonly examples: { readonly hello: string; readonly lines: string }
}

export type Fields = Readonly<Record<string, number | string | readonly number[]>>

/** Events are 0..EVENTS-1 in a row of `transitions`. */
export const EVENTS = 43
export const REFUSED = 0xff
