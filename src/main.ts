// Responsible for: putting the rooms together on the board, and nothing else.
// Investigational equipment, not for clinical use.

import { Cart } from "./firmware/cart/cart"
import { openBoard } from "./firmware/platform/open-board"
import { hostAddress } from "./firmware/platform/settings"

const board = await openBoard()
const host = await hostAddress()
const cart = new Cart(board, host.name, host.port)
await cart.run()
