import { replace, suggestion, type Fix } from '../../edit.js';
import { deprecationOf } from '../../knowledge/deprecated-images.js';
import { daysAfter, releasesOf, supportedTag, type Release } from '../../knowledge/end-of-life.js';
import { officialName } from '../../knowledge/images.js';
import { argumentOf } from '../../knowledge/versions.js';
import type { Image } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** How long past its end a release counts as left behind for good. */
const LONG_PAST = 180;

export default rule({
  id: 'base-image-eol',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'security'],
  since: 'next',
  peers: { dockle: ['CIS-DI-0004'], tally: ['ruby/eol-ruby-version'] },
  summary: 'Build on a release that still gets security fixes.',
  docs: `
A release past its end of life gets no more security fixes: every hole found since then stays open in the image, however
often it is rebuilt. Its package mirrors are sooner or later taken down, and then the build fails as well.

Move to a release that is supported, and put the next move into the calendar. The image is named by both its program and
its distribution, and either may be past its end: \`python:3.12-buster\` is a living Python on a dead Debian.
A database of a new major version may need its data exported and imported, so no fix is offered for those.

The dates are those of the makers, for Debian with long-term support. More than half a year past it is an error.
Give a move some time with \`graceDays\`, and add releases of your own with \`extra\`. Leave the rule off where support is
bought.`,
  sources: {
    'Python versions': 'https://devguide.python.org/versions/',
    'Node.js release schedule': 'https://github.com/nodejs/release#release-schedule',
    'Debian long-term support': 'https://wiki.debian.org/LTS',
    'Alpine releases': 'https://alpinelinux.org/releases/',
    'Ubuntu release cycle': 'https://ubuntu.com/about/release-cycle',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    graceDays: { type: 'integer', default: 0, min: 0, about: 'How many days past its end a release is let pass.' },
    extra: {
      type: 'strings',
      default: [],
      about: 'Further releases, each as `image:version=date`, such as `example.com/base:1=2026-06-30`.',
    },
  },
  examples: [
    {
      title: 'A Python without fixes',
      bad: `
        FROM python:«3.6-slim»
        COPY . .`,
      good: `
        FROM python:3.11-slim
        COPY . .`,
    },
    {
      title: 'The program and its distribution have both ended; or only the distribution',
      bad: `
        FROM node:«14-stretch-slim» AS build
        FROM python:«3.12-alpine3.11»
        COPY --from=build /app /app`,
      good: `
        FROM node:22-bookworm-slim AS build
        FROM python:3.12-alpine3.22
        COPY --from=build /app /app`,
    },
    {
      title: 'Distributions, by number and by name, from a mirror as well',
      bad: `
        FROM alpine:«3.11»
        FROM debian:«buster-slim»
        FROM public.ecr.aws/docker/library/ubuntu:«18.04»
        FROM nvidia/cuda:«11.4.3-base-ubuntu18.04»
        FROM golang:«1.20.3»
        FROM node:«carbon-alpine»`,
      good: `
        FROM alpine:3.22
        FROM debian:bookworm-slim
        FROM public.ecr.aws/docker/library/ubuntu:22.04
        FROM nvidia/cuda:11.4.3-base-ubuntu22.04
        FROM golang:1.26
        FROM node:22-alpine`,
    },
    {
      title: 'Where no tag is sure to follow it, or data would have to move',
      bad: `
        FROM ubuntu:«focal-20240530»
        FROM postgres:«11-alpine»
        FROM python:«2.7-slim»
        FROM mcr.microsoft.com/dotnet/aspnet:«5.0-buster-slim»
        FROM «gcr.io/distroless/base-debian10»
        FROM debian:«10»@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028`,
    },
    {
      title: 'An argument with its default',
      bad: `
        ARG RUBY_VERSION=2.7
        ARG BASE=python:3.8
        FROM ruby:«\${RUBY_VERSION}-slim»
        FROM «$BASE»`,
    },
    {
      title: 'An image that is given up as a whole, which is another rule',
      good: `
        FROM centos:7`,
    },
    {
      title: 'Releases that are supported',
      good: `
        FROM python:3.13-slim
        FROM node:22-bookworm-slim
        FROM alpine:3.22
        FROM debian:bullseye
        FROM ubuntu:24.04
        FROM gcr.io/distroless/static-debian12
        FROM mcr.microsoft.com/dotnet/aspnet:8.0-jammy`,
    },
    {
      title: 'Images of other makers that are called alike',
      good: `
        FROM jruby:3.0
        FROM pypy:3.6
        FROM registry.example.com/team/python:3.6
        FROM example/node:12
        FROM example/tools:focal`,
    },
    {
      title: 'A digest alone, a tag without a release, a release that nobody knows',
      good: `
        ARG TAG
        FROM python@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028
        FROM python:3
        FROM python
        FROM alpine:edge
        FROM python:9.9
        FROM python:\${TAG}
        FROM scratch`,
    },
    {
      title: 'Within the days of grace',
      options: { graceDays: 90 },
      bad: `
        FROM python:3.9
        FROM node:«18»`,
      good: `
        FROM python:3.9
        FROM node:22`,
    },
    {
      title: 'Releases of your own',
      options: { extra: ['example.com/base:1=2025-06-30', 'redis:6=2030-01-01'] },
      bad: `
        FROM example.com/base:«1.4-slim»
        FROM example.com/base:2
        FROM redis:6`,
    },
  ],
  *check(file, { options, today }) {
    const limit = daysAfter(today, -options.graceDays);
    for (const { image, base } of file.all('FROM')) {
      if (!('kind' in base) || image.value === undefined) continue;
      const name = image.resolved?.name ?? image.name;
      const tag = image.resolved?.tag ?? image.tag?.text;
      // An image that is given up as a whole is the matter of `base-image-deprecated`.
      if (deprecationOf(name, tag)) continue;
      const releases = [...extraReleases(options.extra, name, tag), ...releasesOf(name, tag)];
      const ended = releases.filter(({ ends }) => ends < limit);
      const [first, ...more] = [...ended].sort((a, b) => (a.ends < b.ends ? -1 : 1));
      if (!first) continue;
      const argument = image.word.literal ? undefined : argumentOf(file, image);
      yield {
        at: image.tag ?? image,
        message:
          more[0] === undefined
            ? say`${first.title} has had no fixes since ${first.ends}.`
            : say`${first.title} has had no fixes since ${first.ends}, ${more[0].title} since ${more[0].ends}.`,
        severity: daysAfter(first.ends, LONG_PAST) < today ? 'error' : 'warning',
        fix: () => newerTag(image, releases, today),
        ...(argument ? { related: [{ at: argument, message: say`The default is set here.` }] } : {}),
        peers: ['dockle/CIS-DI-0004', ...(officialName(name) === 'ruby' ? ['tally/ruby/eol-ruby-version'] : [])],
      };
    }
  },
});

function newerTag({ word, tag, digest }: Image, releases: readonly Release[], today: string): Fix | undefined {
  if (!word.literal || !tag || digest) return undefined;
  const newer = supportedTag(tag.text, releases, today);
  return newer === undefined ? undefined : suggestion(`Move to ${newer}`, replace(tag, newer));
}

function extraReleases(extra: readonly string[], name: string, tag: string | undefined): readonly Release[] {
  return extra.flatMap((entry) => {
    const [reference = '', ends = ''] = entry.split('=');
    const colon = reference.lastIndexOf(':');
    const version = reference.slice(colon + 1);
    if (colon < 0 || reference.slice(0, colon) !== name || !isOf(tag ?? '', version)) return [];
    return [{ title: `${name}:${version}`, ends, product: undefined }];
  });
}

/** Whether a tag names the version or one within it: 1.4-slim is of 1 and of 1.4. */
const isOf = (tag: string, version: string): boolean =>
  tag.startsWith(version) && /^($|[.-])/.test(tag.slice(version.length));
