import express from "express";

express().get("/", (_req, res) => res.send("ok")).listen(3000);
