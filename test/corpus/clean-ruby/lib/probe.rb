require "net/http"

exit Net::HTTP.get_response(URI("http://127.0.0.1:9292/")).is_a?(Net::HTTPOK)
