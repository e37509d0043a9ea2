import { replace, suggestion } from '../../edit.js';
import { deprecationOf } from '../../knowledge/deprecated-images.js';
import { argumentOf } from '../../knowledge/versions.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'base-image-deprecated',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'security'],
  since: 'next',
  summary: 'Do not build on an image that its makers have given up.',
  docs: `
Nobody rebuilds such an image any more, so its security holes stay open, and one day it may be gone from its registry.
openjdk is the best known: its last releases are from 2022, and its users moved on to eclipse-temurin, Amazon Corretto or
IBM Semeru.

Move to the image that took its place. Where the new one knows the same tag, there is a fix; elsewhere tags, paths or the
package manager differ, so look at what the Dockerfile does with them.`,
  sources: {
    'Deprecated official images': 'https://github.com/docker-library/official-images#deprecated-images',
    'openjdk on Docker Hub': 'https://hub.docker.com/_/openjdk',
    'CentOS Linux EOL': 'https://www.centos.org/centos-linux-eol/',
    'registry.k8s.io': 'https://kubernetes.io/blog/2023/03/10/image-registry-redirect/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'openjdk',
      bad: `
        FROM «openjdk»:17-jdk
        COPY app.jar /app.jar`,
      good: `
        FROM eclipse-temurin:17-jdk
        COPY app.jar /app.jar`,
    },
    {
      title: 'Variants that the new image has',
      bad: `
        FROM «docker.io/library/openjdk»:8-jre-alpine AS a
        FROM «openjdk»:11-jre-slim AS b`,
      good: `
        FROM eclipse-temurin:8-jre-alpine AS a
        FROM eclipse-temurin:11-jre AS b`,
    },
    {
      title: 'Variants that it has not',
      bad: `
        FROM «openjdk»:8u181-jdk AS a
        FROM «openjdk»:14 AS b`,
    },
    {
      title: 'A registry that was frozen',
      bad: `
        FROM «k8s.gcr.io/pause»:3.5`,
      good: `
        FROM registry.k8s.io/pause:3.5`,
    },
    {
      title: 'Images without a twin',
      bad: `
        FROM «centos»:7
        FROM «microsoft/dotnet»:2.1-sdk
        FROM «jenkins»:2.60.3
        FROM «bitnami/redis»:7.2
        FROM «frolvlad/alpine-glibc»:alpine-3.17
        FROM «circleci/node»:14`,
    },
    {
      title: 'An argument whose default is such an image, and one for the tag',
      bad: `
        ARG BASE=openjdk:17
        ARG TAG=11
        FROM «$BASE» AS a
        FROM «openjdk»:\${TAG}`,
    },
    {
      title: 'A digest pins it, but mends nothing',
      bad: `
        FROM «java»:8@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028`,
    },
    {
      title: 'Images of other makers that are called alike, and stages',
      good: `
        FROM registry.example.com/team/openjdk:17 AS java
        FROM example/centos:7
        FROM quay.io/centos/centos:stream9
        FROM localhost:5000/java:8
        FROM jenkins/jenkins:lts
        FROM bitnami/minideb:bookworm
        FROM bitnami/redis:latest
        FROM java`,
    },
    {
      title: 'Early builds of a Java to come are still published as openjdk',
      good: `
        FROM openjdk:27-ea-jdk-slim`,
    },
  ],
  *check(file) {
    for (const { image, base } of file.all('FROM')) {
      if (!('kind' in base) || image.value === undefined) continue;
      const { word, nameWord, digest, resolved } = image;
      const name = resolved?.name ?? image.name;
      const found = deprecationOf(name, resolved?.tag ?? image.tag?.text);
      if (!found) continue;
      const { reason, instead, reference } = found;
      const argument = nameWord.literal ? undefined : argumentOf(file, image);
      yield {
        at: nameWord,
        message: say`${name} ${reason}; use ${instead} instead.`,
        ...(reference !== undefined && word.literal && !digest
          ? { fix: suggestion(`Use ${reference}`, replace(word, reference)) }
          : {}),
        ...(argument ? { related: [{ at: argument, message: say`The default is set here.` }] } : {}),
      };
    }
  },
});
