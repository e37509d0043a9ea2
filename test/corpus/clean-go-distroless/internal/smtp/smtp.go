package smtp

// Serve blocks for ever.
func Serve(addr string) { select {} }
