// Responsible for: the sentences of the refusals that only a plan has, as one table, for documents and tests.
// Not for: the VM, whose heap it would burden.

import {
    REFUSED_MOVE_KIND,
    REFUSED_START,
    REFUSED_DIRECTION,
    REFUSED_STEP,
    REFUSED_STEP_COUNT,
    REFUSED_DWELL,
    REFUSED_TRIGGER_RATE,
    REFUSED_REFRACTORY,
    REFUSED_TIMEOUT,
    REFUSED_SPEED_CHANGE,
} from "./motion-terms"

/** Code and sentence, as in reasons.ts. */
export const PLAN_REASONS: (readonly [number, string])[] = [
    [REFUSED_MOVE_KIND, "there is no such kind of move"],
    [REFUSED_START, "the sled does not stand where this move can begin"],
    [REFUSED_DIRECTION, "the sled can be moved towards one end of its travel or the other, and not beyond it"],
    [REFUSED_STEP, "the step is not within 10 to 5000 um, or is too long for the time between two triggers"],
    [REFUSED_STEP_COUNT, "the length is not a whole number of steps"],
    [REFUSED_DWELL, "the dwell is not within 0 to 10000 ms, or is too long for the time between two triggers"],
    [REFUSED_TRIGGER_RATE, "the trigger rate is not within 30 to 240 a minute"],
    [REFUSED_REFRACTORY, "the refractory time is shorter than dwell and step together, or longer than a beat"],
    [REFUSED_TIMEOUT, "the time-out is not within two beats and 10000 ms"],
    [REFUSED_SPEED_CHANGE, "what is left of the imaged window or of the travel is too short for this change of speed"],
] // prettier-ignore
