// Stands in for a chat product that nobody has approved yet. If this ever runs, something is broken.
;(window.ran ??= []).push('nimbus')
