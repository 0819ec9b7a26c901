"""The Spark engine: training on a cluster what one machine does not hold.

The only package that imports pyspark (`requirements-spark.txt`), and inside functions alone, so
that nothing else needs it. Ratings stay in the cluster, one row a person (`crowd`); item factors
come from MLlib (`mllib`); what is learned beside them is a sum over people, made where they lie
and added up (`blocks`, `fit`). A sample of people comes to the driver, to calibrate and to evaluate
(`train`), and what is written is a release like any other.
"""
