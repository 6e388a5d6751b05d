// The API key of the server, where it asks for one.

import { $ } from './dom.js'

export const keyName = 'groundwire-key'

let asking
/** Resolves to whether the person gave a key; calls that need one at the same time ask once. */
export function askForKey() {
  asking ??= new Promise((resolve) => {
    const dialog = $('key-dialog')
    $('change-key').hidden = false
    dialog.returnValue = ''
    dialog.addEventListener(
      'close',
      () => {
        asking = undefined
        const given = dialog.returnValue === 'save'
        if (given) sessionStorage.setItem(keyName, $('key').value)
        $('key').value = ''
        resolve(given)
      },
      { once: true },
    )
    dialog.showModal()
  })
  return asking
}
