"""What Dagster's web server is asked, in its GraphQL; the schema is that of Dagster 1.13."""

JOB = """
query Jobs {
  repositoriesOrError {
    __typename
    ... on RepositoryConnection { nodes { name location { name } jobs { name } } }
    ... on Error { message }
  }
}
"""

ASSETS = """
query Assets($job: PipelineSelector!) {
  assetNodes(pipeline: $job) { groupName assetKey { path } }
}
"""

ADD_PARTITION = """
mutation AddPartition($repository: RepositorySelector!, $partitions: String!, $key: String!) {
  addDynamicPartition(
    repositorySelector: $repository, partitionsDefName: $partitions, partitionKey: $key
  ) {
    __typename
    ... on Error { message }
  }
}
"""

_RUN = """
fragment run on Run {
  runId jobName status creationTime startTime endTime
  tags { key value }
  assetSelection { path }
}
"""

LAUNCH = (
    """
mutation Launch($parameters: ExecutionParams!) {
  launchRun(executionParams: $parameters) {
    __typename
    ... on LaunchRunSuccess { run { ...run } }
    ... on Error { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""
    + _RUN
)

RUNS = (
    """
query Runs($filter: RunsFilter!, $limit: Int!) {
  runsOrError(filter: $filter, limit: $limit) {
    __typename
    ... on Runs { results { ...run } }
    ... on Error { message }
  }
}
"""
    + _RUN
)

RUN = (
    """
query Run($id: ID!) {
  runOrError(runId: $id) {
    __typename
    ... on Run { ...run stepStats { stepKey status startTime endTime } }
    ... on Error { message }
  }
}
"""
    + _RUN
)

FAILURES = """
fragment words on PythonError {
  message className
  errorChain { error { message className } }
}
query Failures($id: ID!, $after: String) {
  runOrError(runId: $id) {
    __typename
    ... on Error { message }
    ... on Run {
      eventConnection(afterCursor: $after, limit: 1000) {
        cursor
        hasMore
        events {
          __typename
          ... on ExecutionStepFailureEvent { stepKey message error { ...words } }
          ... on RunFailureEvent { message error { ...words } }
        }
      }
    }
  }
}
"""
