package main

import "example.com/mailer/internal/smtp"

func main() { smtp.Serve(":8025") }
