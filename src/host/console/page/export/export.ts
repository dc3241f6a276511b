// Saves what is shown: the picture as PNG, and a clip of the cross-section as WebM.

import type { Commands } from "../commands"
import type { Stage } from "../stage/stage"
import { stagePicture } from "./stage-picture"

const CLIP_TYPE = "video/webm"
const CLIP_FRAMES_PER_S = 30

export interface Exported {
    /** Of the file, without its ending. */
    readonly name: () => string
    readonly stage: Stage
    /** Shows one sentence. */
    readonly message: (sentence: string) => void
}

export function registerPicture(commands: Commands, { name, stage, message }: Exported): void {
    commands.register({
        "save-picture": () => {
            stagePicture(stage)
                .then(canvas => new Promise<Blob | null>(resolve => canvas.toBlob(resolve)))
                .then(
                    blob => blob && save(blob, `${name()}.png`),
                    () => message("The browser cannot make a picture of this; take a screenshot.")
                )
        },
    })
}

/** @param onChange is called when recording begins or ends */
export function registerClip(
    commands: Commands,
    { name, stage, message }: Exported,
    onChange: (isRecording: boolean) => void
): void {
    let recorder: MediaRecorder | undefined
    commands.register({
        "save-clip": () => {
            if (recorder) return recorder.stop()
            if (typeof MediaRecorder === "undefined" || !MediaRecorder.isTypeSupported(CLIP_TYPE))
                return message("This browser records no clips; use one that records WebM.")
            const file = `${name()}.webm`
            const parts: Blob[] = []
            recorder = new MediaRecorder(stage.canvas.captureStream(CLIP_FRAMES_PER_S), {
                mimeType: CLIP_TYPE,
            })
            recorder.addEventListener("dataavailable", ({ data }) => parts.push(data))
            recorder.addEventListener("stop", () => {
                recorder = undefined
                onChange(false)
                save(new Blob(parts, { type: CLIP_TYPE }), file)
            })
            recorder.start()
            onChange(true)
            message("Recording what is shown; press the button again to save the clip.")
        },
    })
}

function save(blob: Blob, file: string): void {
    const url = URL.createObjectURL(blob)
    const link = document.createElement("a")
    link.href = url
    link.download = file
    link.click()
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
