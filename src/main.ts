// Responsible for: putting the rooms together on the board, and nothing else.
// Investigational equipment, not for clinical use.

import { Cart } from "./firmware/cart/cart"
import { openBoard } from "./firmware/platform/open-board"
import { linkSettings } from "./firmware/platform/settings"

const board = await openBoard()
const link = await linkSettings()
const cart = new Cart(board, link)
await cart.run()
