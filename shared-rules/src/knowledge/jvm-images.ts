import type { ContainerSettings } from '../model/index.js';
import { isJvmVariable } from './java.js';

/** Images whose main program runs on a Java VM, by the last part of the name. Source: their pages on Docker Hub. */
const JVM_IMAGES =
  /(?:^|\/)(?:elasticsearch|opensearch|logstash|kafka|cp-kafka(?:-connect)?|cp-server|cp-schema-registry|schema-registry|kafka-ui|zookeeper|cp-zookeeper|jenkins|keycloak|tomcat|jetty|wildfly|payara|sonarqube|solr|cassandra|neo4j|activemq(?:-artemis|-classic)?|nexus3?|artifactory(?:-oss|-jcr)?|jira-software|confluence|eclipse-temurin|openjdk|amazoncorretto|ibm-semeru-runtimes|liberica-openjre-\w+|zulu-openjdk(?:-\w+)?|flink|spark|nifi|druid|trino|presto)$/;

/** Whether a container runs a Java VM, as its image or the variables that it is given tell. */
export function runsJvm({ image, environment }: ContainerSettings): boolean {
  if (image && JVM_IMAGES.test(image.name.toLowerCase())) return true;
  return environment.some(({ name }) => isJvmVariable(name.text));
}
