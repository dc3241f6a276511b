// What a run is about, besides what the cart sends: its date, patient, study and site, and what was asked for.

export interface Patient {
    readonly id: string | null
    readonly name: string | null
}

export const VESSEL_SIDES = ["left", "right"] as const
export type VesselSide = (typeof VESSEL_SIDES)[number]

/** Where the catheter was, as the user says; all of it can be edited later. */
export interface Site {
    /** Free text. */
    readonly label: string | null
    /** Name of the vessel. */
    readonly vessel: string | null
    readonly side: VesselSide | null
    readonly segment: string | null
}

/** What to do when the disk takes no more. */
export const ON_DISK_FULL = ["stop", "keep-newest"] as const
export type OnDiskFull = (typeof ON_DISK_FULL)[number]

/** What the user asked for; null where the run was asked for elsewhere, such as at a bedside unit. */
export interface Asked {
    readonly speedMmS: number | null
    readonly lengthMm: number | null
    readonly frameRateHz: number | null
    /** The target as in --target. */
    readonly target: string
    /** Of the virtual board's random numbers. */
    readonly seed: number | null
    readonly onDiskFull: OnDiskFull
}

/** What a run that was made again from a capture was made of. */
export interface Replay {
    /** Name of the run's folder; of the capture's file where it is in no such folder. */
    readonly of: string
    /** When it was made, ms since 1970 UTC. */
    readonly dateMs: number
}

export interface RunAbout {
    /** The date of the run, ms since 1970 UTC. */
    readonly dateMs: number
    readonly study: string | null
    /** The date of the first run of its study, ms since 1970 UTC; absent: that of this run. */
    readonly studyDateMs?: number
    readonly patient: Patient
    readonly site: Site
    /** The target's name, as the console shows it. */
    readonly target: string
    readonly seed: number | null
    readonly asked: Asked
    /** Absent: it is no replay. */
    readonly replay?: Replay
}

export const NO_PATIENT: Patient = { id: null, name: null }
export const NO_SITE: Site = { label: null, vessel: null, side: null, segment: null }

/** A run of which the user has said nothing. */
export function aboutNothing(dateMs: number, target: string): RunAbout {
    return {
        dateMs,
        study: null,
        patient: NO_PATIENT,
        site: NO_SITE,
        target,
        seed: null,
        asked: {
            ...{ speedMmS: null, lengthMm: null, frameRateHz: null },
            ...{ target, seed: null, onDiskFull: "stop" },
        },
    }
}
