// Parses a board id, and makes the settings that hold a board's key.

import { LINK_KEY_SETTING, LINK_INSECURE_SETTING } from "../../shared/protocol/session"
import { UsageError } from "../errors"

const BOARD_ID = /^[0-9a-f]{16}$/

/** @throws UsageError for text that is not a board id */
export function parseBoardId(text: string, option: string): string {
    const id = text.toLowerCase()
    if (!BOARD_ID.test(id))
        throw new UsageError(
            `${option} ${text} is not a board id; give its 16 hex digits, which \`ivus serve\` prints for a cart without a key.`
        )
    return id
}

/** Settings with the key, which also revoke the permission to run without one. */
export const keySettings = (hex: string): Record<string, unknown> => ({
    [LINK_KEY_SETTING]: hex,
    [LINK_INSECURE_SETTING]: false,
})
