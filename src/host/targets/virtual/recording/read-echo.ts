// Reads what --echo names: a polar frame (PNG), a pullback (multi-frame DICOM), or a folder of PNGs.

import { statSync } from "node:fs"
import {
    EchoFileError,
    polarGreys,
    readGreyPng,
    type Recording,
} from "../../../../../boards/virtual/vessel/vessel"
import { RunError, UsageError } from "../../../errors"
import { readInput } from "../read-input"
import { dicomRecording, isDicom } from "./dicom-recording"
import { pngFolder } from "./png-folder"

/** @throws UsageError when it cannot be used; a frame that is found to be damaged during the run throws a RunError */
export async function readEcho(named: string): Promise<Recording> {
    try {
        const recording = await recordingIn(named)
        return { ...recording, greys: (frame, grid) => played(recording, frame, grid) }
    } catch (error) {
        throw error instanceof EchoFileError ? new UsageError(error.message) : error
    }
}

async function recordingIn(named: string): Promise<Recording> {
    const there = statSync(named, { throwIfNoEntry: false })
    if (there?.isDirectory()) return pngFolder(named, file => readInput(file, "echo"))
    const bytes = readInput(named, "echo")
    if (isDicom(bytes)) return dicomRecording(bytes)
    const png = readGreyPng(bytes)
    return { frames: 1, greys: (_, grid) => polarGreys(png, grid) }
}

function played(recording: Recording, ...which: Parameters<Recording["greys"]>): Float32Array {
    try {
        return recording.greys(...which)
    } catch (error) {
        throw error instanceof EchoFileError ? new RunError(error.message) : error
    }
}
