fetch("http://127.0.0.1:3000/").then((r) => process.exit(r.ok ? 0 : 1));
