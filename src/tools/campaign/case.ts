// One case of the campaign: what the operator does, and the one disturbance meanwhile. A case is plain JSON.

import type { Disturbed } from "../../../boards/virtual/spi/bus-disturber"

/** What the operator does, one after the other. Speeds in mm/s. */
export type Step =
    | { readonly do: "home" | "return"; readonly stopAfterMs?: number }
    /** One stroke of a calibration, signed by direction. */
    | { readonly do: "calibrate"; readonly um: number; readonly stopAfterMs?: number }
    /** A calibration record is sent, and the sled homed with it. */
    | { readonly do: "record" }
    | {
          readonly do: "jog"
          /** Signed by direction. */
          readonly speed: number
          readonly holdMs: number
          /** Whether the operator requests a stop; otherwise the button is released. */
          readonly stops: boolean
          /** Another speed after half of the time. */
          readonly then?: number
      }
    | { readonly do: "live"; readonly ms: number }
    | {
          readonly do: "pull"
          readonly mode: "continuous" | "stepped" | "gated"
          readonly speed: number
          readonly lengthMm: number
          /** Another speed 0.5 mm into the window. */
          readonly then?: number
          readonly stopAfterMs?: number
      }
    /** A fault that is caused on purpose and then goes away: the sled is jammed during a jog. */
    | { readonly do: "trip" }
    /** Acknowledges a fault and homes where necessary. */
    | { readonly do: "recover" }
    | { readonly do: "wait"; readonly ms: number }

/** The transfer at which a disturbance of the bus begins: the first that fits after `atMs`. */
export interface WhichTransfer {
    /** Only writes. */
    readonly write?: true
    /** Only transfers whose reply is this register of the motor driver. */
    readonly replyOf?: number
    /** Only datagrams that write this register of the motor driver. */
    readonly writeOf?: number
    /** Only datagrams that read this register of the motor driver. */
    readonly readOf?: number
    /** The first, second … of them; default 0. */
    readonly nth?: number
}

export type CaseDisturbance =
    | ({
          readonly what: "bus"
          readonly device: "motor" | "front" | "fram"
          readonly how: Disturbed
          readonly atMs: number
          /** A stretch; absent: one transfer. */
          readonly forMs?: number
      } & WhichTransfer)
    /** A fault of the sled or the front end (boards/virtual/NAME/faults.ts). */
    | {
          readonly what: "fault"
          readonly name: string
          readonly value?: number
          readonly atMs: number
          readonly forMs?: number
      }
    /** The cable is unplugged; the host sends nothing. */
    | { readonly what: "link"; readonly how: "cut" | "silent"; readonly atMs: number }
    /** The firmware's program starts again, or the stored calibration is damaged and then it starts again. */
    | { readonly what: "restart" | "setting"; readonly atMs: number }
    /** The program stands; the e-stop is pressed. */
    | { readonly what: "hang" | "estop"; readonly atMs: number; readonly forMs: number }

export interface Case {
    /** Seed of the virtual cart. */
    readonly cart: number
    readonly frontEnd: "line-engine" | "un0rick"
    readonly steps: readonly Step[]
    readonly disturbance?: CaseDisturbance
}

/** Parts of the cart that a fault may name. */
export type CauseGroup =
    | "none"
    | "bus"
    | "front end"
    | "encoder"
    | "switch"
    | "mechanics"
    | "supply"
    | "link"
    | "program"
    | "e-stop"

/** For the summary: the kind of a disturbance. */
export function kindOf(c: Case): string {
    const d = c.disturbance
    if (!d) return "none"
    if (d.what === "bus") {
        const { how } = d
        const line = how.how === "flipped" ? ` ${how.line}` : ""
        return `${d.device} ${how.how}${line}${d.forMs === undefined ? "" : ", a stretch"}`
    }
    if (d.what === "fault") return d.name
    return d.what === "link" ? `link ${d.how}` : d.what
}

/** For the summary: the procedure. */
export function procedureOf(c: Case): string {
    const step = c.steps.find(s => s.do !== "wait")
    if (!step) return "standing"
    const stop = "stopAfterMs" in step && step.stopAfterMs !== undefined ? " and stop" : ""
    if (step.do === "pull") {
        const change = step.then === undefined ? "" : ", speed change"
        return `${step.mode} pullback${change}${stop}`
    }
    return step.do === "trip" ? "acknowledge" : `${step.do}${stop}`
}
