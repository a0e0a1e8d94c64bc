import { files } from './store.js'

const kinds = {
  image: /\.(?:avif|gif|jpe?g|png|webp)$/i,
  video: /\.(?:m4v|mov|mp4|ogv|webm)$/i,
  audio: /\.(?:flac|m4a|mp3|oga|ogg|wav)$/i,
}

/** How a page shows the attachment of a note: `{ name, url, kind }`, or null where it has none. */
export function attachmentOf({ attachment }) {
  if (!attachment) return null
  const kind = Object.keys(kinds).find((name) => kinds[name].test(attachment)) ?? 'other'
  return {
    name: attachment.slice(attachment.lastIndexOf('/') + 1),
    url: files.url(attachment),
    kind,
  }
}
