const liveNotes = document.querySelector('#live-notes')
if (liveNotes) followChanges()

for (const form of document.querySelectorAll('form[data-confirm]')) {
  form.addEventListener('submit', (event) => {
    if (!confirm(form.dataset.confirm)) event.preventDefault()
  })
}

/** Keeps the list of notes as it is on the server, whoever changes it: another tab, or the API. */
function followChanges() {
  const status = document.querySelector('#live-status')
  const events = new EventSource('/events')
  let connectedBefore = false
  // One refresh after another, so that the last one wins.
  let refreshed = Promise.resolve()

  events.addEventListener('open', () => {
    status.dataset.connected = 'yes'
    status.textContent = 'Live: changes show up here by themselves.'
    // Events sent while the connection was down are lost.
    if (connectedBefore) refresh()
    connectedBefore = true
  })

  events.addEventListener('error', () => {
    status.dataset.connected = 'no'
    status.textContent = 'Not connected: changes made elsewhere do not show up until it is back.'
  })

  events.addEventListener('created', (event) => {
    const note = JSON.parse(event.data)
    refresh(`“${note.title}” was added.`, note)
  })
  events.addEventListener('updated', (event) => {
    const note = JSON.parse(event.data)
    refresh(`“${note.title}” was changed.`, note)
  })
  events.addEventListener('deleted', () => refresh('A note was deleted.'))

  function refresh(message, changed) {
    refreshed = refreshed.then(async () => {
      const response = await fetch(location.href)
      if (!response.ok) return
      const page = new DOMParser().parseFromString(await response.text(), 'text/html')
      liveNotes.replaceChildren(...page.querySelector('#live-notes').childNodes)
      if (changed) document.getElementById(`note-${changed.id}`)?.classList.add('changed')
      if (message) status.textContent = message
    })
  }
}
