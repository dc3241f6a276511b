// Options for where the catheter was: label, vessel, side and segment. They can be edited later.

import { Option } from "commander"
import { type Site, VESSEL_SIDES, type VesselSide } from "../../runs/run-about"
import { textOption } from "./text-option"

export const LABEL_MAX = 200

export interface SiteOptions {
    readonly label?: string
    readonly vesselName?: string
    readonly side?: VesselSide
    readonly segment?: string
}

export function siteOptions(): Option[] {
    return [
        textOption("--label <text>", "free text about the run", LABEL_MAX),
        textOption("--vessel-name <name>", "name of the vessel"),
        new Option("--side <side>", "side of the body").choices(VESSEL_SIDES),
        textOption("--segment <name>", "segment of the vessel"),
    ]
}

/** @param before what is known where the options say nothing */
export function siteOf(options: SiteOptions, before: Site): Site {
    return {
        label: options.label ?? before.label,
        vessel: options.vesselName ?? before.vessel,
        side: options.side ?? before.side,
        segment: options.segment ?? before.segment,
    }
}
