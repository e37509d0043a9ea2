bind = "0.0.0.0:8080"
workers = 3
threads = 2
worker_tmp_dir = "/dev/shm"
accesslog = "-"
graceful_timeout = 20
